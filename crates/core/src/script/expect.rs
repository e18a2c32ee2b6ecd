//! Whether what came is what was expected.

use super::player::{Flow, Player};
use super::session::{Failure, Item, Session};
use super::step::{Awaited, Step};
use super::unmet::{How, Wanted};
use crate::moment::Now;
use crate::pattern::{Pattern, Verdict};

impl Player {
    pub(super) fn expect(&mut self, step: &Step, name: usize, what: &Awaited, now: Now) -> Flow {
        match what {
            Awaited::Bytes(pattern) => self.bytes(step, name, pattern, now),
            Awaited::Nothing => self.nothing(step, name, now),
            Awaited::End => self.gone(step, name, Failure::Ended, now),
            Awaited::Reset => self.gone(step, name, Failure::Reset, now),
            Awaited::Refused => self.refused(step, name, now),
        }
    }

    fn bytes(&mut self, step: &Step, name: usize, pattern: &Pattern, now: Now) -> Flow {
        let late = self.late(now);
        let session = self.session(name);
        let wanted = pattern.cells().map_or(Wanted::Words, |cells| Wanted::Cells(cells.to_vec()));
        let Some((peer, item)) = session.next() else {
            // Where one listens another peer may still come.
            let how = match silent(session, None).filter(|_| late || !session.listens) {
                Some(how) => how,
                None if late => How::Late { within: step.limit },
                None => return Flow::Wait,
            };
            return Flow::Fail(Box::new(self.unmet(step, Some(name), wanted, Vec::new(), false, how)));
        };
        if let Some(flaw) = &item.flaw {
            return self.flawed(step, name, wanted, &item.bytes, flaw);
        }
        let (verdict, silence) = compare(pattern, session, peer, item, late);
        match verdict {
            Verdict::Match { used, groups } => {
                self.session_mut(name).read(peer, used.end);
                if pattern.captures() {
                    self.captured(groups);
                }
                Flow::Done(None)
            }
            Verdict::Partial => Flow::Wait,
            Verdict::Mismatch { at } => {
                let how = match silence {
                    Some(how) => how,
                    None if late && !item.whole && !differs(pattern, &item.bytes) => {
                        How::Late { within: step.limit }
                    }
                    None => How::Differs { at },
                };
                let (got, whole) = (item.bytes.clone(), item.whole);
                Flow::Fail(Box::new(self.unmet(step, Some(name), wanted, got, whole, how)))
            }
        }
    }

    /// A frame with something wrong in it is not what anybody expects.
    fn flawed(&self, step: &Step, name: usize, wanted: Wanted, got: &[u8], flaw: &str) -> Flow {
        let how = How::Other { what: format!("the frame that came is broken: {flaw}") };
        Flow::Fail(Box::new(self.unmet(step, Some(name), wanted, got.to_vec(), true, how)))
    }

    fn nothing(&self, step: &Step, name: usize, now: Now) -> Flow {
        match self.session(name).next() {
            Some((_, item)) => self.unwanted(step, name, item),
            None if self.late(now) => Flow::Done(None),
            None => Flow::Wait,
        }
    }

    /// Bytes came where none were wanted.
    fn unwanted(&self, step: &Step, name: usize, item: &Item) -> Flow {
        let (got, whole) = (item.bytes.clone(), item.whole);
        Flow::Fail(Box::new(self.unmet(step, Some(name), Wanted::Words, got, whole, How::Unwanted)))
    }

    fn gone(&self, step: &Step, name: usize, wanted: Failure, now: Now) -> Flow {
        let session = self.session(name);
        let next = session.next();
        match (session.silent(next.map(|(peer, _)| peer)), next) {
            // A reset leaves unread what it cut off.
            (Some((Failure::Reset, _)), _) if wanted == Failure::Reset => Flow::Done(None),
            (_, Some((_, item))) if wanted == Failure::Ended => self.unwanted(step, name, item),
            (Some((kind, _)), None) if *kind == wanted => Flow::Done(None),
            // A peer that has ended can still reset.
            (Some((kind, why)), _) if *kind != Failure::Ended || session.deaf(None).is_some() => {
                let why = why.clone();
                self.fail(step, Some(name), How::Closed { why })
            }
            _ if self.late(now) => self.fail(step, Some(name), How::Stays { within: step.limit }),
            _ => Flow::Wait,
        }
    }

    fn refused(&self, step: &Step, name: usize, now: Now) -> Flow {
        let session = self.session(name);
        match &session.gone {
            Some((Failure::Refused, _)) => Flow::Done(None),
            Some((_, why)) => {
                let why = why.clone();
                self.fail(step, Some(name), How::Failed { why })
            }
            None if self.late(now) => self.fail(step, Some(name), How::Stays { within: step.limit }),
            None => Flow::Wait,
        }
    }
}

/// Compares with what came, and with all that will come once it is known that no more does. The second part says
/// why no more will come, where that decided.
fn compare(
    pattern: &Pattern,
    session: &Session,
    peer: u64,
    item: &Item,
    late: bool,
) -> (Verdict, Option<How>) {
    let verdict = pattern.test(&item.bytes, item.whole);
    if verdict != Verdict::Partial {
        return (verdict, None);
    }
    let silence = silent(session, Some(peer));
    if silence.is_none() && !late {
        return (Verdict::Partial, None);
    }
    (pattern.test(&item.bytes, true), silence)
}

/// Why no more will come, as the reason of a failure.
fn silent(session: &Session, peer: Option<u64>) -> Option<How> {
    session.silent(peer).map(|(kind, why)| match kind {
        Failure::Ended => How::Ended,
        _ => How::Closed { why: why.clone() },
    })
}

/// Whether it is known to differ, whatever may follow.
fn differs(pattern: &Pattern, got: &[u8]) -> bool {
    matches!(pattern.test(got, false), Verdict::Mismatch { .. })
}
