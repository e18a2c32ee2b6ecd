//! One message as a row, column by column.

use sockscope_core::batch::Message;
use sockscope_core::event::Messages;
use sockscope_core::facts::{Direction, Unit};
use sockscope_core::framing::Frame;

use super::route::Route;
use super::{Dump, Layout};
use crate::hex;
use crate::number::{aligned, decimal, spaces, thousandths};
use crate::palette::Palette;
use crate::text::{self, Begun, charset_for};

/// Columns from one place to the next at which hex may begin behind text wider than its column.
const STOP: usize = 8;

/// Between two columns.
const GAP: &[u8] = b"  ";

/// A message and how it is to be shown.
pub(super) struct Row<'a> {
    pub(super) layout: &'a Layout,
    pub(super) palette: &'a Palette,
    pub(super) messages: &'a Messages<'a>,
    pub(super) message: Message<'a>,
}

impl Row<'_> {
    /// Appends the arrow and the addresses, in a column that grows to the widest seen.
    #[inline]
    pub(super) fn route(&self, route: Route<'_>, widest: &mut usize, out: &mut Vec<u8>) {
        let (ink, arrow) = match self.messages.direction {
            Direction::Rx => (&self.palette.rx, b"<-"),
            Direction::Tx => (&self.palette.tx, b"->"),
        };
        out.extend_from_slice(GAP);
        ink.paint(out, |out| out.extend_from_slice(arrow));
        out.extend_from_slice(GAP);
        let columns = self.palette.peer.paint(out, |out| route.write(self.messages, self.message, out));
        *widest = columns.max(*widest);
        spaces(*widest - columns, out);
    }

    /// Appends the length, and of what, where that is not a datagram: a stream's chunks are no messages.
    #[inline]
    pub(super) fn length(&self, out: &mut Vec<u8>) {
        self.palette.length.paint(out, |out| {
            aligned(self.message.bytes.len() as u64, 6, out);
            out.extend_from_slice(b" B");
        });
        if self.messages.unit != Unit::Datagram {
            self.palette.note.paint(out, |out| {
                out.push(b' ');
                out.extend_from_slice(self.messages.unit.word().as_bytes());
            });
        }
    }

    /// Appends the payload, what else is known about the message, and the end of the row. `begun`: what the
    /// chunk before has left, where chunks are read as one text.
    #[inline]
    pub(super) fn payload(&self, begun: Option<&mut Begun>, out: &mut Vec<u8>) {
        let bytes = self.message.bytes;
        let (charset, guess) = charset_for(self.layout.charset.as_ref(), bytes);
        out.extend_from_slice(GAP);
        let columns = if bytes.is_empty() {
            self.palette.note.paint(out, |out| out.extend_from_slice(b"(empty)"));
            b"(empty)".len()
        } else {
            let fold = (!self.layout.full).then_some(self.layout.fold);
            match begun {
                Some(begun) => text::show_chunk(charset, begun, bytes, fold, self.palette, out),
                None => text::show(charset, bytes, fold, self.palette, out),
            }
        };
        let text_end = out.len();
        spaces(self.padding(columns), out);
        let padded = out.len();
        if self.layout.dump == Dump::Narrow && !bytes.is_empty() {
            out.extend_from_slice(GAP);
            self.narrow(out);
        }
        self.notes(guess.then_some(charset.name()), out);
        if out.len() == padded {
            out.truncate(text_end);
        }
        out.push(b'\n');
        if self.layout.dump == Dump::Wide {
            self.wide(out);
        }
    }

    /// Spaces behind text of so many columns: up to the column's width, or the next stop behind it. What
    /// the unit takes is taken off the text, so that hex begins in the same column behind any unit.
    fn padding(&self, columns: usize) -> usize {
        let width = match self.messages.unit {
            Unit::Datagram => self.layout.width,
            unit => self.layout.width.saturating_sub(unit.word().len() + 1),
        };
        match columns.checked_sub(width) {
            Some(over) => over.next_multiple_of(STOP) - over,
            None => width - columns,
        }
    }

    #[inline]
    fn narrow(&self, out: &mut Vec<u8>) {
        let bytes = self.message.bytes;
        let shown = if self.layout.full { bytes.len() } else { bytes.len().min(Dump::NARROW) };
        self.palette.hex.paint(out, |out| hex::spaced(&bytes[..shown], out));
        if shown < bytes.len() {
            self.palette.note.paint(out, |out| {
                out.extend_from_slice(" …+".as_bytes());
                decimal((bytes.len() - shown) as u64, out);
                out.extend_from_slice(b" B");
            });
        }
    }

    fn wide(&self, out: &mut Vec<u8>) {
        let bytes = self.message.bytes;
        let most = if self.layout.full { usize::MAX } else { Dump::WIDE * hex::LINE };
        let shown = bytes.len().min(most);
        self.palette.hex.paint(out, |out| hex::dump(&bytes[..shown], 2, out));
        if shown < bytes.len() {
            self.palette.note.paint(out, |out| {
                out.extend_from_slice("  … ".as_bytes());
                decimal((bytes.len() - shown) as u64, out);
                out.extend_from_slice(b" more bytes (--full shows all)\n");
            });
        }
    }

    /// What else is known; what went wrong comes last.
    #[inline]
    fn notes(&self, guessed: Option<&str>, out: &mut Vec<u8>) {
        let facts = self.message.facts;
        if let Some(after) = facts.answer_after {
            self.note(out, |out| {
                out.extend_from_slice(b"rtt ");
                thousandths(u64::try_from(after.as_micros()).unwrap_or(u64::MAX), out);
                out.extend_from_slice(b" ms");
            });
        }
        if self.layout.verbose {
            self.kernel_facts(out);
        }
        if let Some(count) = facts.train {
            self.note(out, |out| {
                out.extend_from_slice(b"time shared by ");
                decimal(count.get().into(), out);
            });
        }
        if let Some(charset) = guessed {
            self.note(out, |out| {
                out.extend_from_slice(b"guess:");
                out.extend_from_slice(charset.as_bytes());
            });
        }
        if let Some(frame) = facts.frame {
            self.frame(frame, out);
        }
        if let Some(wire) = facts.cut_from {
            out.extend_from_slice(GAP);
            self.palette.warning.paint(out, |out| cut(wire.into(), self.message.bytes.len() as u64, out));
        }
    }

    /// Whether the frame is as it should be, where that was checked or is not so.
    fn frame(&self, frame: Frame, out: &mut Vec<u8>) {
        match frame.flaw {
            Some(flaw) => {
                out.extend_from_slice(GAP);
                self.palette.error.paint(out, |out| text::line(&flaw.to_string(), out));
            }
            None if frame.checked => self.note(out, |out| out.extend_from_slice(b"check ok")),
            None => {}
        }
    }

    fn kernel_facts(&self, out: &mut Vec<u8>) {
        let facts = self.message.facts;
        if facts.ttl.is_none() && facts.tclass.is_none() && facts.interface.is_none() {
            return;
        }
        self.note(out, |out| {
            let start = out.len();
            for (name, value) in [("ttl ", facts.ttl), ("tos ", facts.tclass)] {
                if let Some(value) = value {
                    apart(start, out);
                    out.extend_from_slice(name.as_bytes());
                    decimal(value.into(), out);
                }
            }
            if let Some(index) = facts.interface {
                apart(start, out);
                match self.messages.interfaces.name(index.get()) {
                    Some(name) => text::line(name, out),
                    None => {
                        out.extend_from_slice(b"interface ");
                        decimal(index.get().into(), out);
                    }
                }
            }
        });
    }

    #[inline]
    fn note(&self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        out.extend_from_slice(GAP);
        self.palette.note.paint(out, write);
    }
}

/// A space, unless nothing has been appended since `start`.
fn apart(start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.push(b' ');
    }
}

fn cut(wire: u64, len: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(b"cut: ");
    decimal(wire, out);
    out.extend_from_slice(b" B on the wire, ");
    decimal(wire.saturating_sub(len), out);
    out.extend_from_slice(b" B lost");
}
