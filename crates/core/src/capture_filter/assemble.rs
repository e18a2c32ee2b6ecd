//! Labels to jumps.

use super::code::*;
use super::program::Instruction;
use super::tidy::tidy;

/// A place in a program that is not known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(usize);

/// A line of a program before its jumps are known. All of them lead forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Plain(u16, u32),
    Test { jump: u16, k: u32, yes: Label, no: Label },
    Go(Label),
    Mark(Label),
}

/// A program that is being written.
pub(super) struct Assembler {
    lines: Vec<Line>,
    labels: usize,
}

/// The two ends of every program.
pub(super) const ACCEPT: Label = Label(0);
pub(super) const REJECT: Label = Label(1);

impl Label {
    /// Its number, from 0.
    pub(super) fn index(self) -> usize {
        self.0
    }
}

impl Assembler {
    pub(super) fn new() -> Self {
        Self { lines: Vec::new(), labels: 2 }
    }

    pub(super) fn label(&mut self) -> Label {
        self.labels += 1;
        Label(self.labels - 1)
    }

    pub(super) fn mark(&mut self, label: Label) {
        self.lines.push(Line::Mark(label));
    }

    pub(super) fn plain(&mut self, code: u16, k: u32) {
        self.lines.push(Line::Plain(code, k));
    }

    pub(super) fn go(&mut self, label: Label) {
        self.lines.push(Line::Go(label));
    }

    /// Goes on at `yes` where the comparison holds, else at `no`.
    pub(super) fn test(&mut self, jump: u16, k: u32, yes: Label, no: Label) {
        self.lines.push(Line::Test { jump, k, yes, no });
    }

    /// Ends the program: `keep` bytes of what is accepted.
    pub(super) fn finish(mut self, keep: u32) -> Vec<Instruction> {
        self.mark(ACCEPT);
        self.plain(RET | K, keep);
        self.mark(REJECT);
        self.plain(RET | K, 0);
        // From the end, since all jumps lead there: the instructions and places behind each are known.
        let mut backward = Backward { out: Vec::new(), places: vec![0; self.labels] };
        for line in tidy(&self.lines, self.labels).iter().rev() {
            backward.write(*line);
        }
        backward.out.reverse();
        backward.out
    }
}

struct Backward {
    /// The instructions, the last one first.
    out: Vec<Instruction>,
    /// How many instructions there are from each label to the end.
    places: Vec<usize>,
}

impl Backward {
    fn write(&mut self, line: Line) {
        match line {
            Line::Plain(code, k) => self.push(code, k),
            Line::Mark(label) => self.places[label.0] = self.out.len(),
            Line::Go(label) if self.away(label) == 0 => {}
            Line::Go(label) => self.jump(label),
            Line::Test { jump, k, yes, no } => self.test(jump, k, yes, no),
        }
    }

    fn push(&mut self, code: u16, k: u32) {
        self.out.push(Instruction { code, jt: 0, jf: 0, k });
    }

    /// How many instructions a jump to `label` skips that is written now.
    fn away(&self, label: Label) -> usize {
        self.out.len() - self.places[label.0]
    }

    fn jump(&mut self, label: Label) {
        let k = u32::try_from(self.away(label)).unwrap_or(u32::MAX);
        self.push(JMP | JA, k);
    }

    fn test(&mut self, jump: u16, k: u32, yes: Label, no: Label) {
        // A test skips 255 instructions at most; a jump behind it leads further.
        const FAR: usize = 255;
        let mut bridges = [None, None];
        // The first jump pushes the other target one further away.
        for (bridge, label) in bridges.iter_mut().zip([yes, no]) {
            if self.away(label) >= FAR {
                self.jump(label);
                *bridge = Some(self.out.len());
            }
        }
        let skip = |bridge: Option<usize>, label: Label| match bridge {
            Some(place) => self.out.len() - place,
            None => self.away(label),
        };
        let (jt, jf) = (skip(bridges[0], yes), skip(bridges[1], no));
        let short = |skip: usize| u8::try_from(skip).expect("a jump that is far has a bridge");
        self.out.push(Instruction { code: JMP | jump, jt: short(jt), jf: short(jf), k });
    }
}
