//! Filter programs, and how they are shown.

use std::fmt;

use super::code::*;

/// One instruction, as the kernel takes it (`struct sock_filter` of linux/filter.h).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instruction {
    /// What it does.
    pub code: u16,
    /// How many instructions a test that holds skips.
    pub jt: u8,
    /// How many a test that does not hold skips.
    pub jf: u8,
    /// Its number: an offset, a value, a word of memory.
    pub k: u32,
}

/// A program for a packet socket (`SO_ATTACH_FILTER`, socket(7)) or for [`Program::run`].
///
/// Shown as `tcpdump -d` shows one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Program {
    /// The instructions in order. Those that a filter was compiled to pass [`Program::check`].
    pub instructions: Vec<Instruction>,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, instruction) in self.instructions.iter().enumerate() {
            let &Instruction { code, jt, jf, k } = instruction;
            let (word, operand) = (word(code), operand(code, k, at));
            if code & 7 == JMP && code & 0xf0 != JA {
                let (yes, no) = (at + 1 + usize::from(jt), at + 1 + usize::from(jf));
                writeln!(f, "({at:03}) {word:<8} {operand:<16} jt {yes}\tjf {no}")?;
            } else {
                writeln!(f, "({at:03}) {word:<8} {operand}")?;
            }
        }
        Ok(())
    }
}

fn word(code: u16) -> &'static str {
    const COMPUTE: [&str; 11] = ["add", "sub", "mul", "div", "or", "and", "lsh", "rsh", "neg", "mod", "xor"];
    const JUMP: [&str; 5] = ["ja", "jeq", "jgt", "jge", "jset"];
    let operation = usize::from(code >> 4 & 0xf);
    match code & 7 {
        LD => match code & 0x18 {
            H => "ldh",
            B => "ldb",
            _ => "ld",
        },
        LDX if code & 0xe0 == MSH => "ldxb",
        LDX => "ldx",
        ST => "st",
        STX => "stx",
        ALU => COMPUTE.get(operation).copied().unwrap_or("unimp"),
        JMP => JUMP.get(operation).copied().unwrap_or("unimp"),
        RET => "ret",
        _ if code == TAX => "tax",
        _ => "txa",
    }
}

fn operand(code: u16, k: u32, at: usize) -> String {
    let signed = k.cast_signed();
    match code & 7 {
        LD | LDX => match code & 0xe0 {
            IMM => format!("#{k:#x}"),
            ABS => beside(k).map_or_else(|| format!("[{signed}]"), |name| format!("[{name}]")),
            IND => format!("[x + {signed}]"),
            MEM => format!("M[{k}]"),
            LEN => "#pktlen".to_owned(),
            _ => format!("4*([{signed}]&0xf)"),
        },
        ST | STX => format!("M[{k}]"),
        JMP if code & 0xf0 == JA => (at as u64 + 1 + u64::from(k)).to_string(),
        ALU if code & 0xf0 == NEG => String::new(),
        ALU | JMP if code & X != 0 => "x".to_owned(),
        ALU if [AND, OR, XOR].contains(&(code & 0xf0)) => format!("#{k:#x}"),
        JMP => format!("#{k:#x}"),
        ALU => format!("#{signed}"),
        RET if code & 0x18 == K => format!("#{signed}"),
        _ => String::new(),
    }
}

/// The name of what is asked of the kernel.
fn beside(k: u32) -> Option<&'static str> {
    Some(match k {
        PACKET_TYPE => "type",
        INTERFACE => "ifidx",
        VLAN_TAG => "vlan_tci",
        VLAN_TAG_PRESENT => "vlanp",
        _ => return None,
    })
}
