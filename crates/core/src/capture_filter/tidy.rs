//! Loads of what is loaded already are left out. Nothing else is changed, so that a packet is rejected for
//! want of a byte exactly where the filter looks for it.

use super::assemble::{Label, Line};
use super::code::*;

/// What the two registers hold, as the instruction that loaded it; `None` where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    a: Option<(u16, u32)>,
    x: Option<(u16, u32)>,
}

impl Held {
    const NOTHING: Self = Self { a: None, x: None };

    /// What is known when control comes from either.
    fn meet(self, other: Self) -> Self {
        Self { a: self.a.filter(|a| other.a == Some(*a)), x: self.x.filter(|x| other.x == Some(*x)) }
    }

    /// What is known behind an instruction.
    fn after(self, code: u16, k: u32) -> Self {
        let fixed = code & 0xe0 == ABS || code & 0xe0 == LEN || code == LD | IMM;
        match code & 7 {
            LD => Self { a: fixed.then_some((code, k)), ..self },
            LDX => Self { x: (code & 0xe0 == MSH).then_some((code, k)), ..self },
            ALU => Self { a: None, ..self },
            MISC if code == TAX => Self { x: self.a, ..self },
            MISC => Self { a: self.x, ..self },
            _ => self,
        }
    }

    fn has(self, code: u16, k: u32) -> bool {
        match code & 7 {
            LD => self.a == Some((code, k)),
            LDX => self.x == Some((code, k)),
            _ => false,
        }
    }
}

/// The same lines without loads that change nothing, and without those that nothing leads to.
pub(super) fn tidy(lines: &[Line], labels: usize) -> Vec<Line> {
    let mut at_label: Vec<Option<Held>> = vec![None; labels];
    // `None`: nothing leads here.
    let mut held = Some(Held::NOTHING);
    let mut kept = Vec::with_capacity(lines.len());
    for &line in lines {
        if let Line::Mark(label) = line {
            held = match (held, at_label[label.index()]) {
                (Some(here), Some(there)) => Some(here.meet(there)),
                (here, there) => here.or(there),
            };
            kept.push(line);
            continue;
        }
        let Some(now) = held else { continue };
        let mut reach = |label: Label| {
            let known = &mut at_label[label.index()];
            *known = Some(known.map_or(now, |known| known.meet(now)));
        };
        match line {
            Line::Plain(code, k) if now.has(code, k) => continue,
            Line::Plain(code, _) if code & 7 == RET => held = None,
            Line::Plain(code, k) => held = Some(now.after(code, k)),
            Line::Go(label) => {
                reach(label);
                held = None;
            }
            Line::Test { yes, no, .. } => {
                reach(yes);
                reach(no);
                held = None;
            }
            Line::Mark(_) => {}
        }
        kept.push(line);
    }
    kept
}
