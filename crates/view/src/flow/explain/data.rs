//! Bytes, and what acknowledges them.

use super::line::Line;
use super::state::State;
use super::{Lang, bytes, millis, number, object, subject};
use crate::flow::{Mark, SeenTcp, Segment, Side};

impl State {
    /// Tells the bytes of a segment.
    pub(super) fn data(&self, from: Side, segment: &Segment<'_>, seen: &SeenTcp, line: &mut Line) {
        let len = segment.len;
        let odd = [Mark::Retransmission, Mark::KeepAlive, Mark::ZeroWindowProbe];
        if len == 0 || odd.iter().any(|mark| seen.marks.has(*mark)) {
            return;
        }
        let who = subject(line.lang, from);
        let (first, last) = (number(seen.seq.into()), number(seen.seq.wrapping_add(len - 1).into()));
        line.say(|lang| match lang {
            Lang::En if len == 1 => format!("{who} sends byte {first}."),
            Lang::En => format!("{who} sends bytes {first} to {last} ({}).", bytes(lang, len.into())),
            Lang::Zh => format!("{who}发送第 {first} 到 {last} 字节（{}）。", bytes(lang, len.into())),
        });
        let lines = segment.payload.iter().filter(|byte| **byte == b'\n').count();
        if lines > 1 {
            let cut = segment.payload.len() < len as usize;
            line.say(|lang| match (lang, cut) {
                (Lang::En, false) => {
                    format!("One segment holds {lines} lines: TCP keeps no bounds of messages.")
                }
                (Lang::En, true) => format!(
                    "The part that was recorded holds {lines} lines: TCP keeps no bounds of messages."
                ),
                (Lang::Zh, false) => format!("一个段里有 {lines} 行：TCP 不保留消息的边界。"),
                (Lang::Zh, true) => format!("抓到的部分里有 {lines} 行：TCP 不保留消息的边界。"),
            });
        }
    }

    /// Tells what a segment acknowledges that was not acknowledged before.
    pub(super) fn acknowledged(&mut self, from: Side, seen: &SeenTcp, line: &mut Line) {
        let (Some(ack), None) = (seen.ack, seen.step) else { return };
        let before = self.sides[from as usize].acked.unwrap_or(ack);
        let peer = &mut self.sides[from.other() as usize];
        if (ack.wrapping_sub(before) as i32) <= 0 || seen.rst {
            return;
        }
        let fin = peer.fin == Some(ack) && !peer.over;
        peer.over |= fin;
        let (first, last) = (before, ack.wrapping_sub(1 + u32::from(fin)));
        let count = ack.wrapping_sub(before) - u32::from(fin);
        let first = if first == 0 { 1 } else { first };
        if count > 0 && last >= first {
            self.bytes(from, (first, last), seen, line);
        }
        if fin {
            self.closed(from, line);
        }
    }

    fn bytes(&self, from: Side, (first, last): (u32, u32), seen: &SeenTcp, line: &mut Line) {
        let (who, after) =
            (subject(line.lang, from), seen.acks.map(|acks| (acks.packet, millis(acks.after))));
        let (first, last) = (number(first.into()), number(last.into()));
        line.say(|lang| match (lang, after) {
            (Lang::En, Some((packet, after))) => {
                format!("{who} acknowledges bytes {first} to {last}, {after} after packet {packet}.")
            }
            (Lang::En, None) => format!("{who} acknowledges bytes {first} to {last}."),
            (Lang::Zh, Some((packet, after))) => {
                format!("{who}确认收到第 {first} 到 {last} 字节，在 {packet} 号包之后 {after}。")
            }
            (Lang::Zh, None) => format!("{who}确认收到第 {first} 到 {last} 字节。"),
        });
    }

    /// A FIN is acknowledged.
    fn closed(&self, from: Side, line: &mut Line) {
        let other = object(line.lang, from.other());
        line.say(|lang| match lang {
            Lang::En => format!("It acknowledges the FIN of {other}."),
            Lang::Zh => format!("它确认了{other}的 FIN。"),
        });
        let Some(closer) = self.closer.filter(|_| self.sides.iter().all(|side| side.over)) else { return };
        let closer = subject(line.lang, closer);
        line.say(|lang| match lang {
            Lang::En => format!(
                "Both directions are closed. {closer} closed first, so TIME-WAIT is with it: it remembers the connection \
                 for a while, lest a late segment disturb a new one."
            ),
            Lang::Zh => format!(
                "两个方向都关闭了。先关闭的是{closer}，所以 TIME-WAIT 在它那里：它还会记住这个连接一阵子，\
                 以免迟到的段打扰新的连接。"
            ),
        });
    }
}
