//! Where the frame that begins here ends.

use std::ops::Range;

use super::Framing;
use super::frame::Flaw;
use super::head::{Head, Span};
use super::kind::{Kind, LineEnd};

/// What the bytes from the beginning of a frame say.
pub(super) enum Look {
    /// The frame goes on.
    More(Need),
    /// A whole frame: its bytes on the wire, and where content and check lie in them.
    Whole { wire: usize, body: Range<usize> },
    /// So many bytes are no frame, and after them more may be skipped.
    Bad { flaw: Flaw, wire: usize, skip: Skip },
}

/// What to wait for before it is worth looking again. Never reaches past the end of the frame.
#[derive(Debug, Clone, Copy)]
pub(super) enum Need {
    /// So many bytes.
    Bytes(usize),
    /// Bytes up to and with the next `byte`, but no more than `most`.
    Through { byte: u8, most: usize },
}

/// What is left out until there can be a frame again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skip {
    Nothing,
    /// What comes up to and with the next mark.
    Mark,
    /// So many bytes, not 0.
    Bytes(u64),
    /// What comes before the next pause.
    Pause,
    /// All that comes.
    Rest,
}

impl Need {
    /// How many bytes of `rest` to take.
    #[inline]
    pub(super) fn of(self, rest: &[u8]) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.min(rest.len()),
            Self::Through { byte, most } => {
                let window = &rest[..most.min(rest.len())];
                memchr::memchr(byte, window).map_or(window.len(), |at| at + 1)
            }
        }
    }
}

impl Framing {
    /// Looks at `bytes`, which begin a frame and of which the first `known` were looked at before.
    #[inline]
    pub(super) fn look(&self, bytes: &[u8], known: usize) -> Look {
        match (&self.kind, self.kind.mark()) {
            (_, Some(mark)) => self.look_for(mark, bytes, known),
            (Kind::Quiet(_), _) => self.burst(bytes),
            _ => self.sized(bytes),
        }
    }

    /// The most bytes of one frame that are held together.
    pub(super) fn room(&self) -> usize {
        match self.kind.mark() {
            Some(_) => self.kind.marked_room(self.most()),
            None => self.kind.longest_head() + self.most() + 1,
        }
    }

    #[inline]
    fn look_for(&self, mark: &[u8], bytes: &[u8], known: usize) -> Look {
        let room = self.kind.marked_room(self.most());
        let window = &bytes[..room.min(bytes.len())];
        let last = mark[mark.len() - 1];
        for at in memchr::memchr_iter(last, &window[known..]) {
            let wire = known + at + 1;
            if mark.len() == 1 || window[..wire].ends_with(mark) {
                return Look::Whole { wire, body: 0..self.body_end(&window[..wire - mark.len()]) };
            }
        }
        match room - window.len() {
            // The last bytes may be the first ones of a mark.
            0 => Look::Bad { flaw: Flaw::TooLong, wire: room - (mark.len() - 1), skip: Skip::Mark },
            most => Look::More(Need::Through { byte: last, most }),
        }
    }

    fn body_end(&self, before_mark: &[u8]) -> usize {
        match before_mark {
            [body @ .., b'\r'] if self.kind == Kind::Line(LineEnd::Any) => body.len(),
            body => body.len(),
        }
    }

    fn burst(&self, bytes: &[u8]) -> Look {
        match (self.most() + 1).checked_sub(bytes.len()) {
            Some(need @ 1..) => Look::More(Need::Bytes(need)),
            _ => Look::Bad { flaw: Flaw::TooLong, wire: self.most(), skip: Skip::Pause },
        }
    }

    #[inline]
    fn sized(&self, bytes: &[u8]) -> Look {
        let Span { header, keep, body, end } = match self.kind.head(bytes) {
            Head::More(need) => return Look::More(Need::Bytes(need)),
            Head::Bad(wire) => return Look::Bad { flaw: Flaw::BadLength, wire, skip: Skip::Rest },
            Head::Is(span) => span,
        };
        let kept = if keep { header } else { 0 };
        let fits = |body: &usize| body.checked_add(kept).is_some_and(|content| content <= self.most());
        let Some(body) = usize::try_from(body).ok().filter(fits) else {
            let left = body.saturating_add(end.is_some().into());
            return Look::Bad { flaw: Flaw::TooLong, wire: header, skip: Skip::bytes(left) };
        };
        let wire = header + body + usize::from(end.is_some());
        match wire.checked_sub(bytes.len()) {
            Some(need @ 1..) => Look::More(Need::Bytes(need)),
            _ if end.is_some_and(|end| bytes[wire - 1] != end) => {
                Look::Bad { flaw: Flaw::BadEnd, wire, skip: Skip::Rest }
            }
            _ => Look::Whole { wire, body: header - kept..header + body },
        }
    }
}

impl Skip {
    pub(super) fn bytes(left: u64) -> Self {
        if left == 0 { Self::Nothing } else { Self::Bytes(left) }
    }
}
