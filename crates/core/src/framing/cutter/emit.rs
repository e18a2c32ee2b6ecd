//! What comes out of a cutter: frames, and what is none.

use std::mem;
use std::ops::Range;

use super::Cutter;
use crate::batch::Batch;
use crate::facts::Facts;
use crate::framing::Framing;
use crate::framing::check::Verdict;
use crate::framing::escape;
use crate::framing::frame::{Flaw, Frame};

impl Cutter {
    /// Appends the frame `raw`, whose content and check lie in `body`.
    #[inline]
    pub(super) fn frame(&mut self, raw: &[u8], body: Range<usize>, out: &mut Batch) {
        if self.framing.kind.idle().is_some() {
            return self.escaped(raw, &raw[body], out);
        }
        let body = &raw[body];
        if body.len() > self.framing.most() {
            return self.spill(Flaw::TooLong, raw, out);
        }
        let Verdict { len, flaw, checked } = self.framing.verify(body);
        let facts = self.told(raw.len(), flaw, checked);
        out.push(&body[..len], facts);
    }

    fn escaped(&mut self, raw: &[u8], body: &[u8], out: &mut Batch) {
        let framing = &self.framing;
        let decoded = out.try_push_with(self.facts, |buffer| {
            let start = buffer.len();
            escape::decode(&framing.kind, body, buffer)?;
            if buffer.len() - start > framing.most() {
                return Err(Flaw::TooLong);
            }
            let verdict = framing.verify(&buffer[start..]);
            buffer.truncate(start + verdict.len);
            Ok(verdict)
        });
        match decoded {
            Ok(Verdict { flaw, checked, .. }) => {
                let facts = self.told(raw.len(), flaw, checked);
                *out.facts_mut(out.len() - 1) = facts;
            }
            Err(flaw) => self.spill(flaw, raw, out),
        }
    }

    /// Appends bytes that are no frame: one piece with `flaw`, and what is too long for it behind.
    pub(super) fn spill(&mut self, flaw: Flaw, raw: &[u8], out: &mut Batch) {
        let most = if flaw == Flaw::Skipped { self.piece() } else { self.framing.most() };
        let (first, rest) = raw.split_at(most.min(raw.len()));
        let facts = self.told(first.len(), Some(flaw), false);
        out.push(first, facts);
        for piece in rest.chunks(self.piece()) {
            let facts = self.told(piece.len(), Some(Flaw::Skipped), false);
            out.push(piece, facts);
        }
    }

    /// The facts of something that took `wire` bytes and the marks before it.
    #[inline]
    pub(super) fn told(&mut self, wire: usize, flaw: Option<Flaw>, checked: bool) -> Facts {
        let wire = (wire + mem::take(&mut self.idle)) as u32;
        Facts { frame: Some(Frame { wire, flaw, checked }), ..self.facts }
    }
}

impl Framing {
    #[inline]
    fn verify(&self, body: &[u8]) -> Verdict {
        match self.check {
            Some(check) => check.verify(body),
            None => Verdict { len: body.len(), flaw: None, checked: false },
        }
    }
}
