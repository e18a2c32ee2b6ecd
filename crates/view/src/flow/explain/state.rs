//! What is remembered of a conversation to tell the next packet.

use super::Lang;
use crate::flow::{Flags, SeenTcp, Side, Tcp};

/// Both sides, and how far it came.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) sides: [Told; 2],
    pub(super) udp: bool,
    /// The handshake is over, or its beginning was not seen.
    pub(super) open: bool,
    /// Who sent the first FIN.
    pub(super) closer: Option<Side>,
    pub(super) reset: bool,
}

/// What is known of one side.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Told {
    /// Its SYN, and when it came.
    pub(super) syn: Option<Tcp>,
    /// How far it acknowledged the other side, counted from its SYN.
    pub(super) acked: Option<u32>,
    /// The end of what it sent.
    pub(super) reached: u32,
    /// What follows its FIN.
    pub(super) fin: Option<u32>,
    /// The other side acknowledged its FIN.
    pub(super) over: bool,
}

impl State {
    /// Remembers a segment that is told.
    pub(super) fn remember(&mut self, from: Side, head: &Tcp, seen: &SeenTcp) {
        let own = &mut self.sides[from as usize];
        let ahead = |new: u32, old: u32| (new.wrapping_sub(old) as i32) > 0;
        if head.flags.has(Flags::SYN) {
            own.syn = Some(*head);
        }
        if ahead(seen.next, own.reached) {
            own.reached = seen.next;
        }
        if let Some(ack) = seen.ack.filter(|ack| own.acked.is_none_or(|acked| ahead(*ack, acked))) {
            own.acked = Some(ack);
        }
        if seen.fin {
            own.fin = Some(seen.next);
            self.closer.get_or_insert(from);
        }
        self.reset |= seen.rst;
    }

    pub(super) fn other(&self, side: Side) -> &Told {
        &self.sides[side.other() as usize]
    }

    /// How the recording ends.
    pub(super) fn ending(&self, lang: Lang) -> String {
        if self.udp || self.reset {
            return String::new();
        }
        let over = self.sides.iter().filter(|side| side.over).count();
        let text = match (over, self.closer) {
            (2, _) => ("", ""),
            (_, None) => (
                "The end of the conversation was not captured: there is neither FIN nor RST.",
                "没有抓到会话的结尾：既没有 FIN，也没有 RST。",
            ),
            _ => (
                "The recording ends before both directions were closed and acknowledged.",
                "抓包在两个方向都关闭并确认之前就结束了。",
            ),
        };
        lang.pick(text.0, text.1).to_owned()
    }
}

/// What to know before the first segment.
pub(super) fn beginning(lang: Lang, head: &Tcp) -> &'static str {
    match (head.flags.has(Flags::SYN), head.ack) {
        (true, None) => "",
        (true, Some(_)) => lang.pick(
            "The first SYN was not captured: the recording begins with the answer to it.",
            "没有抓到第一个 SYN：抓包是从对它的应答开始的。",
        ),
        _ => lang.pick(
            "The beginning of the conversation was not captured. Numbers are counted from the first ones seen; who \
             sent the first packet is called the client; how windows are scaled is not known.",
            "没有抓到会话的开头。序号从最先看到的开始数；把先发包的一方称为客户端；窗口如何缩放也不知道。",
        ),
    }
}
