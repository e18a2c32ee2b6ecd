//! The contract of JSON lines: [`SHAPES`] is the one table, and the JSON Schema, the document and the
//! tests of the renderer are made from it.

mod table;
mod write;

pub use table::{BARE, ENVELOPE, SHAPES};
pub use write::{json_schema, markdown};

/// Version of the lines, in their field `v`. It changes when a field changes its meaning or goes away;
/// a new field or type leaves it as it is.
pub const VERSION: u64 = 1;

/// What one type of line looks like. Types with a state have a shape for each.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The line's `type`.
    pub name: &'static str,
    /// What the line tells.
    pub means: &'static str,
    /// The fields that it begins with: [`ENVELOPE`], or [`BARE`] where it tells of no run.
    pub head: &'static [Field],
    /// Its other fields.
    pub fields: &'static [Field],
}

/// One field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// When it is there.
    pub when: When,
    /// What it means.
    pub means: &'static str,
}

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// This string.
    Is(&'static str),
    /// This number.
    Version(u64),
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// Any string.
    Text,
    /// A whole number, not negative, below 2^53 in all that can be met.
    Whole,
    /// A number, not negative, with up to three decimals.
    Number,
    /// `true`; otherwise the field is absent.
    True,
    /// `true` or `false`.
    Flag,
    /// Bytes in padded base64 (RFC 4648 section 4).
    Base64,
    /// A time in UTC (RFC 3339) with nine decimals, or null where it is not known.
    Time,
    /// An object.
    Object(&'static [Field]),
    /// An array of strings, not empty.
    Texts,
    /// An array of objects, not empty.
    List(&'static [Field]),
}

/// When a field is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// In every line of its type.
    Always,
    /// In some lines: when this holds. What is unknown is absent, never zero.
    If(&'static str),
}
