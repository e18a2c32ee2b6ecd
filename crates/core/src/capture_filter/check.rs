//! What the kernel wants of a program before it takes it (`bpf_check_classic` in net/core/filter.c).

use thiserror::Error;

use super::code::*;
use super::program::{Instruction, Program};

/// The most instructions that the kernel takes (`BPF_MAXINSNS`).
pub const LONGEST: usize = 4096;

/// Why the kernel would refuse a program; the number is the place of the instruction, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Flaw {
    /// There is no instruction, or there are more than [`LONGEST`].
    #[error("{0} instructions, and the kernel takes 1 to {LONGEST}")]
    Length(usize),
    /// An instruction that there is not.
    #[error("instruction {0} is unknown")]
    Unknown(usize),
    /// A jump behind the end.
    #[error("instruction {0} jumps behind the end")]
    Jump(usize),
    /// A division by the number zero.
    #[error("instruction {0} divides by zero")]
    Division(usize),
    /// A shift by more than 31 bits.
    #[error("instruction {0} shifts by more than 31 bits")]
    Shift(usize),
    /// A word of memory that there is not, or that was not written on every way there.
    #[error("instruction {0} uses memory that is not there or not written")]
    Memory(usize),
    /// A question to the kernel that it does not know.
    #[error("instruction {0} asks the kernel what it does not know")]
    Ancillary(usize),
    /// The last instruction does not return.
    #[error("the last instruction does not return")]
    End,
}

impl Program {
    /// Whether the kernel takes it.
    ///
    /// # Errors
    ///
    /// The first thing that it would refuse.
    pub fn check(&self) -> Result<(), Flaw> {
        let all = &self.instructions;
        if all.is_empty() || all.len() > LONGEST {
            return Err(Flaw::Length(all.len()));
        }
        for (at, instruction) in all.iter().enumerate() {
            one(at, instruction, all.len() - at - 1)?;
        }
        if !all.last().is_some_and(|last| [RET | K, RET | A].contains(&last.code)) {
            return Err(Flaw::End);
        }
        memory(all)
    }
}

/// Looks at one instruction with `behind` others behind it.
fn one(at: usize, instruction: &Instruction, behind: usize) -> Result<(), Flaw> {
    let &Instruction { code, jt, jf, k } = instruction;
    if !known(code) {
        return Err(Flaw::Unknown(at));
    }
    let memory = code & 7 == ST || code & 7 == STX || (code & 7 <= LDX && code & 0xe0 == MEM);
    let operation = code & 0xf0;
    match code & 7 {
        _ if memory && k >= SLOTS => Err(Flaw::Memory(at)),
        LD if code & 0xe0 == ABS && k >= ANCILLARY && !answered(k) => Err(Flaw::Ancillary(at)),
        ALU if code & X == 0 && [DIV, MOD].contains(&operation) && k == 0 => Err(Flaw::Division(at)),
        ALU if code & X == 0 && [LSH, RSH].contains(&operation) && k > 31 => Err(Flaw::Shift(at)),
        JMP if operation == JA && k as usize >= behind => Err(Flaw::Jump(at)),
        JMP if operation != JA && usize::from(jt.max(jf)) >= behind => Err(Flaw::Jump(at)),
        _ => Ok(()),
    }
}

fn known(code: u16) -> bool {
    let rest = code & !7;
    match code & 7 {
        LD => {
            [ABS, IND].iter().any(|mode| [W, H, B].contains(&(rest & !mode)) && rest & mode != 0)
                || [IMM, MEM, LEN].contains(&rest)
        }
        LDX => [IMM, MEM, LEN, MSH | B].contains(&rest),
        ST | STX => rest == 0,
        ALU => rest == NEG || (rest & !X <= XOR && rest & !X != NEG),
        JMP => rest == JA || (JEQ..=JSET).contains(&(rest & !X)),
        RET => [K, A].contains(&rest),
        _ => [TAX, TXA].contains(&code),
    }
}

/// What every kernel since 3.8 tells of a packet besides its bytes: `SKF_AD_PROTOCOL` to `SKF_AD_RANDOM`.
fn answered(k: u32) -> bool {
    let offset = k - ANCILLARY;
    offset.is_multiple_of(4) && offset <= 56
}

/// No word of memory is read before it was written, whatever way led there.
fn memory(all: &[Instruction]) -> Result<(), Flaw> {
    // One bit for each word that is written on every way to an instruction.
    let mut written = vec![u16::MAX; all.len()];
    written[0] = 0;
    for (at, &Instruction { code, jt, jf, k }) in all.iter().enumerate() {
        let mut now = written[at];
        let mut reach = |by: usize, now: u16| written[at + 1 + by] &= now;
        match code & 7 {
            ST | STX => now |= 1 << k,
            LD | LDX if code & 0xe0 == MEM && now & 1 << k == 0 => return Err(Flaw::Memory(at)),
            _ => {}
        }
        match code & 7 {
            RET => {}
            JMP if code & 0xf0 == JA => reach(k as usize, now),
            JMP => {
                reach(usize::from(jt), now);
                reach(usize::from(jf), now);
            }
            _ => reach(0, now),
        }
    }
    Ok(())
}
