//! A recording on a terminal in three panes: packets, the layers of one, its bytes.
//!
//! All state is in a [`view::View`]: keys change it, [`View::work`](view::View::work) goes on between them, and it
//! draws a [`frame::Frame`]. It knows no terminal; [`run()`] brings it one.

mod act;
mod answer;
mod draw;
mod dump;
mod follow;
mod frame;
mod help;
mod key;
mod known;
mod layers;
mod line;
mod look;
mod nodes;
mod packets;
mod page;
mod prompt;
mod rows;
mod run;
mod screen;
mod search;
mod set;
mod sieve;
#[cfg(test)]
mod tests;
mod view;
mod work;

pub(crate) use look::Look;
pub(crate) use run::run;
