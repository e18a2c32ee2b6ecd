//! The kinds of framing and what tells them apart.

use std::time::Duration;

use super::head::Field;
use crate::quantity::show_duration;

/// One kind of framing with its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Line(LineEnd),
    /// Between 1 and [`Kind::LONGEST_MARK`] bytes.
    Delimiter(Box<[u8]>),
    Fixed(usize),
    Length(Field),
    Varint,
    Slip,
    Cobs,
    Netstring,
    Quiet(Duration),
}

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// A line feed, and a carriage return right before it as well.
    Any,
    Lf,
    CrLf,
}

impl Kind {
    /// Bytes of the longest delimiter: each byte that could end one is compared with all of it.
    pub(super) const LONGEST_MARK: usize = 64;

    /// Its name in the table.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Line(_) => "line",
            Self::Delimiter(_) => "delimiter",
            Self::Fixed(_) => "fixed",
            Self::Length(_) => "length",
            Self::Varint => "varint",
            Self::Slip => "slip",
            Self::Cobs => "cobs",
            Self::Netstring => "netstring",
            Self::Quiet(_) => "quiet",
        }
    }

    /// Its options in canonical form.
    pub(super) fn words(&self) -> Vec<String> {
        match self {
            Self::Line(LineEnd::Lf) => vec!["lf".to_owned()],
            Self::Line(LineEnd::CrLf) => vec!["crlf".to_owned()],
            Self::Delimiter(mark) => vec![mark.iter().map(|byte| format!("{byte:02x}")).collect()],
            Self::Fixed(bytes) => vec![bytes.to_string()],
            Self::Length(field) => field.words(),
            Self::Quiet(pause) => vec![show_duration(*pause)],
            Self::Line(LineEnd::Any) | Self::Varint | Self::Slip | Self::Cobs | Self::Netstring => Vec::new(),
        }
    }

    /// The bytes that end a frame, where such bytes do.
    pub(super) fn mark(&self) -> Option<&[u8]> {
        match self {
            Self::Line(LineEnd::Any | LineEnd::Lf) => Some(b"\n"),
            Self::Line(LineEnd::CrLf) => Some(b"\r\n"),
            Self::Delimiter(mark) => Some(mark),
            Self::Slip => Some(&[super::escape::END]),
            Self::Cobs => Some(&[0]),
            Self::Fixed(_) | Self::Length(_) | Self::Varint | Self::Netstring | Self::Quiet(_) => None,
        }
    }

    /// The byte that between frames means nothing.
    pub(super) fn idle(&self) -> Option<u8> {
        match self {
            Self::Slip => Some(super::escape::END),
            Self::Cobs => Some(0),
            _ => None,
        }
    }

    /// The most bytes on the wire, with the mark, of a frame that holds `body` bytes; only for kinds with
    /// a mark.
    pub(super) fn marked_room(&self, body: usize) -> usize {
        match self {
            Self::Line(LineEnd::Any) => body + 2,
            Self::Slip => 2 * body + 1,
            // Some encoders put an empty block behind a last block that is full.
            Self::Cobs => body + body / 254 + 2,
            kind => body + kind.mark().map_or(0, <[u8]>::len),
        }
    }
}
