//! What programs sent, beside the segments it went in.

use std::collections::VecDeque;

use sockscope_core::facts::Stamp;

use super::line::Line;
use super::{Lang, bytes, number};
use crate::flow::Side;

/// One call of a program to send, from a recording of its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// When.
    pub time: Stamp,
    /// Who.
    pub from: Side,
    /// How many bytes.
    pub len: u64,
}

/// Those of both sides that segments did not carry wholly yet.
#[derive(Debug, Default)]
pub(super) struct Sends {
    sides: [VecDeque<Call>; 2],
    /// The number after the last byte of each side that a segment carried.
    reached: [u64; 2],
}

/// How a segment carries sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Carries {
    /// More than one of them.
    pub(super) several: bool,
    /// Only a part of one.
    pub(super) part: bool,
}

#[derive(Debug, Clone, Copy)]
struct Call {
    /// From 1 on each side.
    number: u64,
    /// The numbers of its first byte and of the one after its last.
    from: u64,
    to: u64,
}

impl Sends {
    pub(super) fn new(sends: Vec<Sent>) -> Self {
        let mut sides = [VecDeque::new(), VecDeque::new()];
        let mut next = [1; 2];
        for send in sends.into_iter().filter(|send| send.len > 0) {
            let (side, from) = (&mut sides[send.from as usize], next[send.from as usize]);
            let to = u64::saturating_add(from, send.len);
            side.push_back(Call { number: side.len() as u64 + 1, from, to });
            next[send.from as usize] = to;
        }
        Self { sides, reached: [1; 2] }
    }

    /// Tells which sends a segment carries, where that is not exactly one.
    pub(super) fn tell(&mut self, from: Side, seq: u32, len: u32, line: &mut Line) -> Carries {
        let (start, end) = (u64::from(seq), u64::from(seq) + u64::from(len));
        let reached = &mut self.reached[from as usize];
        *reached = end.max(*reached);
        let calls = &mut self.sides[from as usize];
        while calls.front().is_some_and(|call| call.to <= start) {
            calls.pop_front();
        }
        let here: Vec<_> = calls.iter().take_while(|call| call.from < end).copied().collect();
        let (Some(first), Some(last)) = (here.first(), here.last()) else { return Carries::default() };
        let mut carries = Carries { several: here.len() > 1, part: false };
        if carries.several {
            let (one, other, count) = (number(first.number), number(last.number), number(here.len() as u64));
            line.say(|lang| match lang {
                Lang::En => format!(
                    "It carries {count} sends of the program, number {one} to {other}: they stuck together."
                ),
                Lang::Zh => {
                    format!("它装着程序的 {count} 次发送，第 {one} 到第 {other} 次：它们粘在一起了。")
                }
            });
        }
        for call in [first, last].into_iter().take(if here.len() > 1 { 2 } else { 1 }) {
            if call.from >= start && call.to <= end {
                continue;
            }
            carries.part = true;
            let (here, whole) = (call.to.min(end) - call.from.max(start), call.to - call.from);
            let number = number(call.number);
            line.say(|lang| match lang {
                Lang::En => format!(
                    "Send number {number}, of {}, was split: {} of it are here.",
                    bytes(lang, whole),
                    bytes(lang, here)
                ),
                Lang::Zh => format!(
                    "第 {number} 次发送（{}）被拆开了：这里有其中 {}。",
                    bytes(lang, whole),
                    bytes(lang, here)
                ),
            });
        }
        carries
    }

    /// Tells of sends that no segment carried to their end.
    pub(super) fn left(&self, lang: Lang) -> String {
        let beyond = |(calls, reached): (&VecDeque<Call>, &u64)| {
            calls.iter().filter(|call| call.to > *reached).count()
        };
        let count: usize = self.sides.iter().zip(&self.reached).map(beyond).sum();
        match lang {
            _ if count == 0 => String::new(),
            Lang::En => format!("Sends of the programs that were not seen to their end: {count}."),
            Lang::Zh => format!("程序的发送中，没有看到完整内容的有 {count} 次。"),
        }
    }
}
