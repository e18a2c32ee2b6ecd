//! A second machine for programs, which also tells where one ended for want of a byte.

use sockscope_core::capture_filter::{Instruction, Program};

use crate::packets::Packet;

/// Why a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Kept(u32),
    /// A load beyond the packet, or a division by zero.
    Fault,
}

/// Runs a program as bpf_filter() of libpcap does.
pub(crate) fn run(program: &Program, packet: &Packet) -> End {
    go(&program.instructions, packet).map_or(End::Fault, End::Kept)
}

fn go(program: &[Instruction], packet: &Packet) -> Option<u32> {
    let (mut a, mut x, mut memory, mut at) = (0_u32, 0_u32, [0_u32; 16], 0);
    let read = |at: u64, len: u64| {
        let bytes = packet.bytes.get(usize::try_from(at).ok()?..usize::try_from(at + len).ok()?)?;
        Some(bytes.iter().fold(0_u32, |all, byte| all * 256 + u32::from(*byte)))
    };
    loop {
        let Instruction { code, jt, jf, k } = program[at];
        at += 1;
        let slot = k as usize % 16;
        let other = if code & 8 == 0 { k } else { x };
        match code {
            0x20 => a = read(k.into(), 4)?,
            0x28 => a = read(k.into(), 2)?,
            0x30 => a = read(k.into(), 1)?,
            0x40 => a = read(u64::from(x) + u64::from(k), 4)?,
            0x48 => a = read(u64::from(x) + u64::from(k), 2)?,
            0x50 => a = read(u64::from(x) + u64::from(k), 1)?,
            0x80 => a = packet.wire_len,
            0x00 => a = k,
            0x01 => x = k,
            0x60 => a = memory[slot],
            0x61 => x = memory[slot],
            0xb1 => x = read(k.into(), 1)? % 16 * 4,
            0x02 => memory[slot] = a,
            0x03 => memory[slot] = x,
            0x04 | 0x0c => a = a.wrapping_add(other),
            0x14 | 0x1c => a = a.wrapping_sub(other),
            0x24 | 0x2c => a = a.wrapping_mul(other),
            0x34 | 0x3c => a = a.checked_div(other)?,
            0x94 | 0x9c => a = a.checked_rem(other)?,
            0x44 | 0x4c => a |= other,
            0x54 | 0x5c => a &= other,
            0xa4 | 0xac => a ^= other,
            0x64 | 0x6c => a = if other < 32 { a << other } else { 0 },
            0x74 | 0x7c => a = if other < 32 { a >> other } else { 0 },
            0x84 => a = 0_u32.wrapping_sub(a),
            0x05 => at += k as usize,
            0x15 | 0x1d => at += usize::from(if a == other { jt } else { jf }),
            0x25 | 0x2d => at += usize::from(if a > other { jt } else { jf }),
            0x35 | 0x3d => at += usize::from(if a >= other { jt } else { jf }),
            0x45 | 0x4d => at += usize::from(if a & other != 0 { jt } else { jf }),
            0x06 => return Some(k),
            0x16 => return Some(a),
            0x07 => x = a,
            0x87 => a = x,
            _ => panic!("instruction {code:#x} is unknown"),
        }
    }
}
