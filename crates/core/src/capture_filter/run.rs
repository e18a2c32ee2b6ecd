//! Running a program over a packet, as the kernel does.

use super::code::*;
use super::program::{Instruction, Program};

/// What the kernel knows of a packet besides its bytes, as far as a filter can ask for it. What is not known
/// rejects the packet when it is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ancillary {
    /// Who it was for: `sll_pkttype` of packet(7), 4 for one that this machine sent.
    pub packet_type: Option<u8>,
    /// The number of the interface.
    pub interface: Option<u32>,
    /// The VLAN tag that the kernel took out of the packet, and whether there was one.
    pub vlan: Option<Option<u16>>,
}

struct Machine<'a> {
    packet: &'a [u8],
    wire_len: u32,
    ancillary: &'a Ancillary,
    a: u32,
    x: u32,
    memory: [u32; SLOTS as usize],
}

/// How a program goes on behind an instruction.
enum Next {
    /// So many instructions further than the next one.
    Skip(u32),
    /// It is over: so many bytes are kept.
    Return(u32),
}

impl Program {
    /// How many bytes of a packet to keep; 0 rejects it. `wire_len` is its length on the wire in bytes, which is
    /// more than `packet` has where it was cut. A load beyond the bytes rejects, as do a division by zero and a
    /// question to the kernel, which [`Program::run_with`] answers.
    pub fn run(&self, packet: &[u8], wire_len: u32) -> u32 {
        self.run_with(packet, wire_len, &Ancillary::default())
    }

    /// The same with what the kernel knows of the packet.
    pub fn run_with(&self, packet: &[u8], wire_len: u32, ancillary: &Ancillary) -> u32 {
        let memory = [0; SLOTS as usize];
        let mut machine = Machine { packet, wire_len, ancillary, a: 0, x: 0, memory };
        let mut at = 0_usize;
        // Jumps lead forward only, so this ends. What is no program rejects.
        while let Some(instruction) = self.instructions.get(at) {
            match machine.step(*instruction) {
                Some(Next::Skip(more)) => at = at.saturating_add(1).saturating_add(more as usize),
                Some(Next::Return(keep)) => return keep,
                None => return 0,
            }
        }
        0
    }
}

impl Machine<'_> {
    fn step(&mut self, Instruction { code, jt, jf, k }: Instruction) -> Option<Next> {
        match code & 0x07 {
            LD => self.a = self.load(code, k)?,
            LDX => self.x = self.load_index(code, k)?,
            ST => *self.memory.get_mut(k as usize)? = self.a,
            STX => *self.memory.get_mut(k as usize)? = self.x,
            ALU => self.a = compute(code & 0xf0, self.a, self.operand(code, k))?,
            JMP if code & 0xf0 == JA => return Some(Next::Skip(k)),
            JMP => {
                let holds = holds(code & 0xf0, self.a, self.operand(code, k))?;
                return Some(Next::Skip(u32::from(if holds { jt } else { jf })));
            }
            RET if code & 0x18 == A => return Some(Next::Return(self.a)),
            RET => return Some(Next::Return(k)),
            _ if code == TAX => self.x = self.a,
            _ => self.a = self.x,
        }
        Some(Next::Skip(0))
    }

    fn operand(&self, code: u16, k: u32) -> u32 {
        if code & X == 0 { k } else { self.x }
    }

    fn load(&self, code: u16, k: u32) -> Option<u32> {
        match code & 0xe0 {
            IMM => Some(k),
            MEM => self.memory.get(k as usize).copied(),
            LEN => Some(self.wire_len),
            ABS if k >= ANCILLARY => self.beside(k),
            ABS => self.bytes(u64::from(k), code & 0x18),
            IND => self.bytes(u64::from(self.x) + u64::from(k), code & 0x18),
            _ => None,
        }
    }

    fn load_index(&self, code: u16, k: u32) -> Option<u32> {
        match code & 0xe0 {
            MSH => Some(4 * (self.bytes(u64::from(k), B)? & 0xf)),
            IMM | MEM | LEN => self.load(code, k),
            _ => None,
        }
    }

    fn bytes(&self, at: u64, size: u16) -> Option<u32> {
        let len = match size {
            W => 4,
            H => 2,
            _ => 1,
        };
        let start = usize::try_from(at).ok()?;
        let bytes = self.packet.get(start..start.checked_add(len)?)?;
        Some(bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)))
    }

    fn beside(&self, k: u32) -> Option<u32> {
        match k {
            PACKET_TYPE => self.ancillary.packet_type.map(u32::from),
            INTERFACE => self.ancillary.interface,
            VLAN_TAG => self.ancillary.vlan.map(|tag| u32::from(tag.unwrap_or_default())),
            VLAN_TAG_PRESENT => self.ancillary.vlan.map(|tag| u32::from(tag.is_some())),
            _ => None,
        }
    }
}

/// What an operation gives; `None` for a division by zero, which ends the program.
pub(super) fn compute(operation: u16, a: u32, b: u32) -> Option<u32> {
    Some(match operation {
        ADD => a.wrapping_add(b),
        SUB => a.wrapping_sub(b),
        MUL => a.wrapping_mul(b),
        DIV => a.checked_div(b)?,
        MOD => a.checked_rem(b)?,
        OR => a | b,
        AND => a & b,
        XOR => a ^ b,
        LSH => a.checked_shl(b).unwrap_or_default(),
        RSH => a.checked_shr(b).unwrap_or_default(),
        NEG => a.wrapping_neg(),
        _ => return None,
    })
}

fn holds(test: u16, a: u32, b: u32) -> Option<bool> {
    Some(match test {
        JEQ => a == b,
        JGT => a > b,
        JGE => a >= b,
        JSET => a & b != 0,
        _ => return None,
    })
}
