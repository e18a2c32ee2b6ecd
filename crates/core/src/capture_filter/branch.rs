//! Tests for a known link: loads and jumps, joined by and, or and not.

use super::assemble::{Assembler, Label, REJECT};
use super::code::*;
use super::tree::Join;

/// A test for a known link.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Branch {
    /// Holds always or never.
    Always(bool),
    Test(Test),
    Not(Box<Self>),
    /// From left to right, each joined to all before it; the first join is not looked at.
    Chain(Vec<(Join, Self)>),
}

/// Steps that leave a value in the accumulator, and what it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Test {
    pub(super) steps: Vec<Step>,
    /// The code of a jump without its class: `JEQ`, `JGT | X`.
    pub(super) jump: u16,
    pub(super) k: u32,
}

/// A part of a computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// One instruction.
    Plain(u16, u32),
    /// The packet is rejected, whatever the rest of the filter says: a load that no packet can satisfy.
    Reject,
    /// The same when the accumulator is above this number.
    RejectAbove(u32),
    /// Shifts the word of memory by the accumulator; by more than 31 bits gives 0.
    Shift { operation: u16, slot: u32 },
}

impl Branch {
    pub(super) fn all(branches: Vec<Self>) -> Self {
        Self::join(Join::And, branches)
    }

    pub(super) fn any(branches: Vec<Self>) -> Self {
        Self::join(Join::Or, branches)
    }

    fn join(join: Join, mut branches: Vec<Self>) -> Self {
        match branches.len() {
            1 => branches.remove(0),
            _ => Self::Chain(branches.into_iter().map(|branch| (join, branch)).collect()),
        }
    }

    pub(super) fn not(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// What it always is, if that is known without a packet.
    pub(super) fn constant(&self) -> Option<bool> {
        match self {
            Self::Always(holds) => Some(*holds),
            Self::Test(_) => None,
            Self::Not(inner) => inner.constant().map(|holds| !holds),
            Self::Chain(all) => all.iter().map(|(join, branch)| (*join, branch.constant())).reduce(joined)?.1,
        }
    }

    /// Writes it so that it goes on at `yes` or at `no`.
    pub(super) fn write(&self, out: &mut Assembler, yes: Label, no: Label) {
        match self {
            Self::Always(holds) => out.go(if *holds { yes } else { no }),
            Self::Test(test) => test.write(out, yes, no),
            Self::Not(inner) => inner.write(out, no, yes),
            Self::Chain(all) => chain(all, out, yes, no),
        }
    }
}

fn joined(left: (Join, Option<bool>), right: (Join, Option<bool>)) -> (Join, Option<bool>) {
    // One that decides by itself, else what both say.
    let decides = right.0 == Join::Or;
    let holds = match (left.1, right.1) {
        (Some(one), _) | (_, Some(one)) if one == decides => Some(decides),
        (Some(_), Some(other)) if other == decides => Some(decides),
        (Some(_), Some(_)) => Some(!decides),
        _ => None,
    };
    (right.0, holds)
}

/// Where the outcome of the first tests is known, those that cannot change it are skipped: after one that holds
/// the next is that behind an `and`, else that behind an `or`.
fn chain(all: &[(Join, Branch)], out: &mut Assembler, yes: Label, no: Label) {
    let labels: Vec<_> = all.iter().map(|_| out.label()).collect();
    // Where to go on behind each test, found from the end.
    let mut targets = vec![(yes, no); all.len()];
    for at in (1..all.len()).rev() {
        let (mut holds, mut fails) = targets[at];
        match all[at].0 {
            Join::And => holds = labels[at],
            Join::Or => fails = labels[at],
        }
        targets[at - 1] = (holds, fails);
    }
    for (at, (_, branch)) in all.iter().enumerate() {
        out.mark(labels[at]);
        branch.write(out, targets[at].0, targets[at].1);
    }
}

impl Test {
    fn write(&self, out: &mut Assembler, yes: Label, no: Label) {
        for step in &self.steps {
            step.write(out);
        }
        out.test(self.jump, self.k, yes, no);
    }
}

impl Step {
    fn write(self, out: &mut Assembler) {
        match self {
            Self::Plain(code, k) => out.plain(code, k),
            Self::Reject => out.go(REJECT),
            Self::RejectAbove(most) => {
                let next = out.label();
                out.test(JGT, most, REJECT, next);
                out.mark(next);
            }
            Self::Shift { operation, slot } => {
                let (far, near, end) = (out.label(), out.label(), out.label());
                out.test(JGT, 31, far, near);
                out.mark(near);
                out.plain(TAX, 0);
                out.plain(LD | MEM, slot);
                out.plain(ALU | operation | X, 0);
                out.go(end);
                out.mark(far);
                out.plain(LD | IMM, 0);
                out.mark(end);
            }
        }
    }
}
