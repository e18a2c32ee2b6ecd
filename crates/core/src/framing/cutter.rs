//! Cuts one direction of one stream into frames.

mod emit;

use std::mem;
use std::sync::Arc;

use super::Framing;
use super::frame::Flaw;
use super::kind::Kind;
use super::look::{Look, Need, Skip};
use crate::batch::Batch;
use crate::facts::Facts;
use crate::moment::Moment;

/// Cuts one direction of one stream into frames, wherever its chunks happen to end.
///
/// Every byte comes out once: in [`wire`](super::Frame::wire) of one frame, or it is still [`Cutter::held`]. What the
/// framing cannot make sense of comes as frames with a [`Flaw`], in pieces of at most the maximum; while
/// bytes are skipped, in pieces of at most 1024 bytes. Between frames a cutter owns no heap memory; inside of
/// one it holds the bytes of that frame, as they came.
#[derive(Debug)]
pub struct Cutter {
    framing: Arc<Framing>,
    /// Of the frame that has begun, or of what is skipped.
    held: Vec<u8>,
    /// What to wait for while a frame is held.
    need: Need,
    skip: Skip,
    /// Marks before the next frame, which mean nothing (`Kind::idle`).
    idle: usize,
    /// Of the last chunk.
    facts: Facts,
    last: Moment,
}

/// The most bytes of one piece of what is skipped: a lost stream shall still be seen to move.
const PIECE: usize = 1024;

/// So many marks between two frames come out, as skipped: more could not be counted in [`wire`](super::Frame::wire).
const MOST_IDLE: usize = 1 << 30;

impl Cutter {
    /// At the beginning of a stream.
    pub fn new(framing: Arc<Framing>) -> Self {
        let (need, skip) = (Need::Bytes(1), Skip::Nothing);
        Self { framing, held: Vec::new(), need, skip, idle: 0, facts: Facts::default(), last: Moment(0) }
    }

    /// Takes one chunk, which came at `now` with `facts`, and appends every frame that it completes to
    /// `out`, a batch without slots. A frame has the facts of the chunk that completed it, and
    /// [`Facts::frame`].
    pub fn cut(&mut self, now: Moment, chunk: &[u8], facts: &Facts, out: &mut Batch) {
        self.due(now, out);
        if chunk.is_empty() {
            return;
        }
        (self.facts, self.last) = (*facts, now);
        let mut rest = chunk;
        while !rest.is_empty() {
            let taken = match (self.skip, self.held.is_empty()) {
                (Skip::Nothing, true) => self.fresh(rest, out),
                (Skip::Nothing, false) => self.join(rest, out),
                _ => self.pass(rest, out),
            };
            rest = &rest[taken..];
        }
        if self.held.is_empty() {
            self.held = Vec::new();
        }
    }

    /// When to call [`Cutter::due`] if no chunk comes before: only for `quiet`, which waits for a pause.
    pub fn wakeup(&self) -> Option<Moment> {
        match self.framing.kind {
            Kind::Quiet(pause) if !self.held.is_empty() || self.skip == Skip::Pause => {
                Some(self.last + pause)
            }
            _ => None,
        }
    }

    /// Tells the time: appends the frame that a pause has ended, with the facts of its last chunk.
    pub fn due(&mut self, now: Moment, out: &mut Batch) {
        if self.wakeup().is_some_and(|wakeup| now >= wakeup) {
            self.end_burst(out);
        }
    }

    /// The stream has ended: appends what is left over, with the facts of the last chunk, as
    /// [`Flaw::Unfinished`]. For `quiet` the end of the stream ends a frame as a pause does. Marks between
    /// frames are no frame, and stay [`Cutter::held`]. The next chunk begins another stream.
    pub fn end(&mut self, out: &mut Batch) {
        if matches!(self.framing.kind, Kind::Quiet(_)) {
            return self.end_burst(out);
        }
        let held = mem::take(&mut self.held);
        let flaw = if self.skip == Skip::Nothing { Flaw::Unfinished } else { Flaw::Skipped };
        if !held.is_empty() {
            self.spill(flaw, &held, out);
        }
        self.skip = Skip::Nothing;
    }

    /// Bytes of what has begun and is not finished.
    pub fn held(&self) -> usize {
        self.held.len() + self.idle
    }

    fn end_burst(&mut self, out: &mut Batch) {
        let held = mem::take(&mut self.held);
        match mem::replace(&mut self.skip, Skip::Nothing) {
            _ if held.is_empty() => {}
            Skip::Nothing => self.frame(&held, 0..held.len(), out),
            _ => self.spill(Flaw::Skipped, &held, out),
        }
    }

    /// Begins a frame at the first byte of `rest`; says how many bytes it took.
    fn fresh(&mut self, rest: &[u8], out: &mut Batch) -> usize {
        if let Some(mark) = self.framing.kind.idle()
            && rest[0] == mark
        {
            return self.pass_idle(mark, rest, out);
        }
        match self.framing.look(rest, 0) {
            Look::More(need) => {
                self.need = need;
                self.hold(rest);
                rest.len()
            }
            Look::Whole { wire, body } => {
                self.frame(&rest[..wire], body, out);
                wire
            }
            Look::Bad { flaw, wire, skip } => {
                self.skip = skip;
                self.spill(flaw, &rest[..wire], out);
                wire
            }
        }
    }

    /// Goes on with the frame that is held.
    fn join(&mut self, rest: &[u8], out: &mut Batch) -> usize {
        let known = self.held.len();
        let taken = self.need.of(rest);
        self.hold(&rest[..taken]);
        let mut held = mem::take(&mut self.held);
        match self.framing.look(&held, known) {
            Look::More(need) => self.need = need,
            Look::Whole { body, .. } => {
                self.frame(&held, body, out);
                held.clear();
            }
            Look::Bad { flaw, wire, skip } => {
                self.skip = skip;
                self.spill(flaw, &held[..wire], out);
                held.drain(..wire);
            }
        }
        self.held = held;
        taken
    }

    /// Skips.
    fn pass(&mut self, rest: &[u8], out: &mut Batch) -> usize {
        let framing = Arc::clone(&self.framing);
        let mark = framing.kind.mark().filter(|_| self.skip == Skip::Mark).unwrap_or_default();
        // A mark may begin at the end of one piece and end in the next.
        let room = self.piece() + mark.len().saturating_sub(1) - self.held.len();
        let taken = match (self.skip, mark.last()) {
            (_, Some(&byte)) => Need::Through { byte, most: room }.of(rest),
            (Skip::Bytes(left), _) => room.min(rest.len()).min(usize::try_from(left).unwrap_or(room)),
            _ => room.min(rest.len()),
        };
        self.hold(&rest[..taken]);
        match &mut self.skip {
            Skip::Mark if self.held.ends_with(mark) => self.skip = Skip::Nothing,
            Skip::Bytes(left) if *left == taken as u64 => self.skip = Skip::Nothing,
            Skip::Bytes(left) => *left -= taken as u64,
            _ => {}
        }
        let wire = match self.skip {
            Skip::Nothing => self.held.len(),
            _ if taken == room => self.piece(),
            _ => 0,
        };
        if wire > 0 {
            let mut held = mem::take(&mut self.held);
            self.spill(Flaw::Skipped, &held[..wire], out);
            held.drain(..wire);
            self.held = held;
        }
        taken
    }

    fn pass_idle(&mut self, mark: u8, rest: &[u8], out: &mut Batch) -> usize {
        let marks = rest.iter().take_while(|byte| **byte == mark).count();
        self.idle += marks;
        while let Some(left) = self.idle.checked_sub(MOST_IDLE) {
            self.idle = MOST_IDLE;
            let facts = self.told(0, Some(Flaw::Skipped), false);
            out.push(&[], facts);
            self.idle = left;
        }
        marks
    }

    fn piece(&self) -> usize {
        PIECE.min(self.framing.most())
    }

    fn hold(&mut self, bytes: &[u8]) {
        let len = self.held.len() + bytes.len();
        if len > self.held.capacity() {
            // Grows by doubling, but not past what it can come to hold.
            let goal = (2 * self.held.capacity()).min(self.framing.room()).max(len);
            self.held.reserve_exact(goal - self.held.len());
        }
        self.held.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::Frame;
    use super::*;

    fn cutter(text: &str) -> Cutter {
        Cutter::new(Arc::new(Framing::parse(text).unwrap()))
    }

    #[test]
    fn between_frames_there_is_no_memory_and_inside_no_more_than_the_maximum() {
        let mut out = Batch::new();
        for (text, frame) in [("line:max=5000", b"ab\r\n".repeat(2000)), ("slip", b"ab\xc0".repeat(2000))] {
            let mut cutter = cutter(text);
            for chunk in frame.chunks(7) {
                cutter.cut(Moment(0), chunk, &Facts::default(), &mut out);
            }
            assert_eq!(cutter.held.capacity(), 0, "{text}");
        }
        for text in
            ["line:max=5000", "length:width=4,max=5000", "fixed:5000", "cobs:max=5000", "slip:max=2500"]
        {
            let mut cutter = cutter(text);
            for chunk in b"\0\0\x13\x88aaaaaaa".repeat(10_000).chunks(9) {
                cutter.cut(Moment(0), chunk, &Facts::default(), &mut out);
                assert!(cutter.held.capacity() <= 5100, "{text}: {}", cutter.held.capacity());
            }
        }
    }

    #[test]
    fn marks_without_end_are_counted_without_end() {
        let mut cutter = cutter("slip");
        let mut out = Batch::new();
        cutter.idle = MOST_IDLE - 1;
        cutter.cut(Moment(0), b"\xc0\xc0a\xc0", &Facts::default(), &mut out);
        let seen: Vec<_> = out.iter().map(|m| (m.bytes, m.facts.frame.unwrap())).collect();
        let frame = |wire, flaw| Frame { wire, flaw, checked: false };
        assert_eq!(seen[0], (&b""[..], frame(MOST_IDLE as u32, Some(Flaw::Skipped))));
        assert_eq!(seen[1], (&b"a"[..], frame(3, None)));
    }
}
