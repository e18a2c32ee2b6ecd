//! The terminal half of a conversation: what is typed, as words that are understood, and what arrives, above
//! the line that is being typed.
//!
//! [`Console::open`] takes the terminal, or standard input and output where there is none: whoever talks
//! waits on [`Lines::fd`], takes [`Typed`] lines, lets [`read`] say what they ask for, and hands rows
//! to the [`screen::Screen`]. It never matters which of the two it is.

mod arguments;
mod complete;
mod editor;
mod flow;
mod gate;
mod helper;
mod history;
mod lines;
mod names;
mod reading;
mod said;
mod sample;
mod screen;
mod seat;
mod terminal;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use arguments::check_name;
pub(crate) use editor::Look;
pub(crate) use lines::{Lines, Typed};
pub(crate) use names::{Candidate, Names, Shared, Vocabulary};
pub(crate) use reading::read;
pub(crate) use said::{Closing, Place, Said, To, View, Which};
pub(crate) use seat::Console;
pub(crate) use words::{WORDS, Word};
