//! Long runs of plain data and acknowledgments, told in a sentence.

use super::sends::Carries;
use super::{FOLD, Lang, bytes, line, number, object};
use crate::flow::{Seen, Segment, Side};

/// Plain packets in a row: as they would be told one by one, and counted.
#[derive(Debug, Default)]
pub(super) struct Run {
    told: Vec<Vec<u8>>,
    packets: u64,
    first: u64,
    last: u64,
    /// Segments with payload and bytes of each side, and acknowledgments without payload.
    segments: [u64; 2],
    bytes: [u64; 2],
    acks: [u64; 2],
    /// Segments that carry more than one send of a program, and those that carry a part of one.
    several: u64,
    parts: u64,
    udp: bool,
}

impl Run {
    /// Takes the next packet as text; one that is not plain ends the run.
    pub(super) fn take(&mut self, lang: Lang, plain: bool, text: Vec<u8>, out: &mut Vec<u8>) {
        if !plain {
            self.flush(lang, out);
            return out.extend_from_slice(&text);
        }
        if self.packets < FOLD as u64 {
            self.told.push(text);
        }
    }

    /// Counts a plain packet.
    pub(super) fn count(&mut self, segment: &Segment<'_>, seen: &Seen, carries: Carries) {
        self.several += u64::from(carries.several);
        self.parts += u64::from(carries.part);
        let from = seen.from as usize;
        if self.packets == 0 {
            self.first = segment.number;
        }
        self.packets += 1;
        self.last = segment.number;
        self.udp = seen.tcp.is_none();
        if segment.len > 0 || self.udp {
            self.segments[from] += 1;
            self.bytes[from] += u64::from(segment.len);
        } else {
            self.acks[from] += 1;
        }
    }

    /// Tells the run.
    pub(super) fn flush(&mut self, lang: Lang, out: &mut Vec<u8>) {
        let run = std::mem::take(self);
        if run.packets <= FOLD as u64 {
            return run.told.iter().for_each(|text| out.extend_from_slice(text));
        }
        let (first, last) = (number(run.first), number(run.last));
        let parts: Vec<_> =
            [Side::Client, Side::Server].into_iter().filter_map(|from| run.side(lang, from)).collect();
        let text = match lang {
            Lang::En => format!("Packets {first} to {last}: {}.", parts.join("; ")),
            Lang::Zh => format!("{first} 到 {last} 号包：{}。", parts.join("；")),
        };
        line::wrapped(&(text + &run.sends(lang)), 6, out);
    }

    /// How the segments carry what the programs sent, where that is known and not one by one.
    fn sends(&self, lang: Lang) -> String {
        let (several, parts) = (number(self.several), number(self.parts));
        match lang {
            _ if self.several + self.parts == 0 => String::new(),
            Lang::En => format!(
                " Segments with more than one send in them: {several}; with only a part of one: {parts}."
            ),
            Lang::Zh => {
                format!("装着不止一次发送的段：{several} 个；只装着一次发送的一部分的段：{parts} 个。")
            }
        }
    }

    /// What one side sent, and what acknowledged it.
    fn side(&self, lang: Lang, from: Side) -> Option<String> {
        let (own, peer) = (from as usize, from.other() as usize);
        let (segments, acks) = (number(self.segments[own]), number(self.acks[peer]));
        if self.segments[own] == 0 && self.acks[peer] == 0 {
            return None;
        }
        let to = object(lang, from.other());
        let size = bytes(lang, self.bytes[own]);
        Some(match lang {
            Lang::En if self.udp => format!("{segments} datagrams, {size} to {to}"),
            Lang::Zh if self.udp => format!("{segments} 个数据报，共 {size}，发往{to}"),
            Lang::En if self.segments[own] == 0 => format!("{acks} ACKs from {to}"),
            Lang::Zh if self.segments[own] == 0 => format!("{to}发出 {acks} 个 ACK"),
            Lang::En if self.acks[peer] == 0 => format!("{segments} segments, {size} to {to}"),
            Lang::Zh if self.acks[peer] == 0 => format!("{segments} 个段，共 {size}，发往{to}"),
            Lang::En => format!("{segments} segments, {size} to {to}, acknowledged by {acks} ACKs"),
            Lang::Zh => format!("{segments} 个段，共 {size}，发往{to}，由 {acks} 个 ACK 确认"),
        })
    }
}
