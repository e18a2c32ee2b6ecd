//! Messages as rows for people.
//!
//! ```text
//! 12:00:01.123456  <-  127.0.0.1:54321           4 B  你好                              c4 e3 ba c3
//! ```

mod row;

use sockscope_core::charset::Viewing;
use sockscope_core::event::{Event, Messages, Warning};
use sockscope_core::facts::{Direction, Stamp};

use crate::palette::Palette;
use crate::time::Local;
use crate::{Render, address, warning};
use row::Row;

/// What rows show, and how wide.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The charset of the text column; without one, bytes are shown as UTF-8.
    pub charset: Option<Viewing>,
    /// How bytes are shown besides as text.
    pub dump: Dump,
    /// Display columns of the text column. Longer text pushes what follows to the right.
    pub width: usize,
    /// Display columns after which text is folded.
    pub fold: usize,
    /// Whether everything is shown, however long.
    pub full: bool,
    /// Whether time to live, type of service and interface are shown.
    pub verbose: bool,
    /// The wall clock's offset in seconds east of UTC.
    pub offset: i32,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            charset: None,
            dump: Dump::Narrow,
            width: 32,
            fold: 64,
            full: false,
            verbose: false,
            offset: 0,
        }
    }
}

/// How bytes are shown besides as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dump {
    /// As hex at the end of the row, the first [`Dump::NARROW`] bytes.
    #[default]
    Narrow,
    /// As a canonical dump below the row, the first [`Dump::WIDE`] lines.
    Wide,
    /// Not at all.
    None,
}

impl Dump {
    /// Bytes of hex at the end of a row unless all are asked for.
    pub const NARROW: usize = 16;
    /// Lines of dump below a row unless all are asked for.
    pub const WIDE: usize = 16;
}

/// Shows every message and every warning as a row.
#[derive(Debug, Clone)]
pub struct Rows {
    layout: Layout,
    palette: Palette,
    clock: Local,
    /// Columns of the widest addresses so far.
    route: usize,
    open: usize,
}

impl Rows {
    /// Columns of an IPv4 address with its port at their longest: the least that addresses get.
    const ROUTE: usize = 21;

    /// Rows in these colours.
    pub fn new(layout: Layout, palette: Palette) -> Self {
        let clock = Local::new(layout.offset);
        Self { layout, palette, clock, route: Self::ROUTE, open: 0 }
    }
}

impl Render for Rows {
    fn event(&mut self, _seq: u64, event: &Event<'_>, out: &mut Vec<u8>) {
        match event {
            Event::Opened(_) => self.open += 1,
            Event::Messages(messages) => self.messages(messages, out),
            Event::Warning(warning) => self.warning(warning, out),
            Event::Ended(_) | Event::State(_) => {}
            Event::Closed(_) => self.open = self.open.saturating_sub(1),
        }
    }
}

impl Rows {
    fn messages(&mut self, messages: &Messages<'_>, out: &mut Vec<u8>) {
        // Where a message arrived says something only if it could have arrived elsewhere.
        let both_ends =
            messages.direction == Direction::Tx || self.open > 1 || address::is_all(messages.local);
        for message in messages.iter() {
            self.time(message.facts.time.map(|(stamp, _)| stamp), out);
            let row = Row { layout: &self.layout, palette: &self.palette, messages, message };
            row.route(both_ends, &mut self.route, out);
            row.length(out);
            row.payload(out);
        }
    }

    fn warning(&mut self, warning: &Warning, out: &mut Vec<u8>) {
        self.time(Some(warning.time), out);
        self.palette.warning.paint(out, |out| {
            out.extend_from_slice(b"  !!  ");
            warning::words(&warning.what, out);
        });
        out.push(b'\n');
    }

    #[inline]
    fn time(&mut self, stamp: Option<Stamp>, out: &mut Vec<u8>) {
        let Self { clock, palette: Palette { time, .. }, .. } = self;
        time.paint(out, |out| match stamp {
            Some(stamp) => clock.time_of_day(stamp, out),
            None => out.extend_from_slice(b"--:--:--.------"),
        });
    }
}
