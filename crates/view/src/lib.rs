//! Events as rows, JSON lines, talk and raw bytes.
//!
//! Everything here appends to a `Vec<u8>` that the caller writes wherever it likes: no I/O, no clock, no
//! environment, no printing. [`Render`] is what all views have in common; [`rows::Rows`] is for people,
//! [`json::Json`] for programs ([`schema`] is its contract), [`talk::Talk`] for standard error and
//! [`raw::Raw`] for pipes. Text from the wire is never trusted: [`text`] escapes whatever does not print.
//!
//! ```
//! use sockscope_core::{batch::Batch, event::*, facts::*};
//! use sockscope_view::{Render, palette::Palette, rows::{Layout, Rows}};
//!
//! let mut facts = Facts::default();
//! facts.peer = Some(Peer::Inet(([127, 0, 0, 1], 54321).into()));
//! let mut batch = Batch::new();
//! batch.push("你好".as_bytes(), facts);
//! let event = Event::Messages(Messages {
//!     socket: SocketId(1),
//!     direction: Direction::Rx,
//!     unit: Unit::Datagram,
//!     batch: &batch,
//!     range: 0..1,
//!     local: None,
//!     interfaces: &Interfaces::default(),
//! });
//! let mut out = Vec::new();
//! Rows::new(Layout::default(), Palette::plain()).event(1, &event, &mut out);
//! assert!(String::from_utf8(out).unwrap().contains("<-  127.0.0.1:54321           6 B  你好"));
//! ```

#![forbid(unsafe_code)]

mod address;
mod connection;
pub mod dissect;
pub mod flow;
pub mod hex;
pub mod json;
pub mod list;
mod number;
pub mod palette;
pub mod pcapng;
pub mod progress;
pub mod raw;
pub mod recording;
pub mod rows;
pub mod schema;
pub mod sheet;
pub mod talk;
pub mod tally;
pub mod text;
pub mod time;
pub mod warning;

use sockscope_core::event::Event;

/// A way to show events.
pub trait Render {
    /// Appends what this view shows of an event; nothing where it shows none. `seq` numbers the event;
    /// for [`Event::Messages`] it is the number of the first message, and the others follow.
    fn event(&mut self, seq: u64, event: &Event<'_>, out: &mut Vec<u8>);

    /// The bytes of an event, where this view shows them as they are and nothing else, so that a writer need not
    /// have them copied. It asks this first, and writes them itself or calls [`Render::event`] for the same
    /// bytes, never both. A view that changes anything says `None`.
    fn plain<'a>(&self, event: &'a Event<'_>) -> Option<raw::Plain<'a>> {
        let _ = event;
        None
    }
}
