//! The three-way handshake.

use super::line::Line;
use super::state::State;
use super::{Lang, millis, object, subject};
use crate::flow::{SeenTcp, Side, Step, Tcp};

impl State {
    /// Tells a step of the handshake.
    pub(super) fn open(&mut self, from: Side, head: &Tcp, seen: &SeenTcp, line: &mut Line) {
        let again = self.sides[from as usize].syn.is_some();
        match seen.step {
            None => self.open |= self.sides.iter().all(|side| side.syn.is_none()),
            Some(_) if again && seen.step != Some(Step::Ack) => {}
            Some(Step::Syn) => self.syn(from, head, line),
            Some(Step::SynAck) => self.answer(from, head, seen, line),
            Some(Step::Ack) => self.agreed(from, seen, line),
        }
    }

    fn syn(&self, from: Side, head: &Tcp, line: &mut Line) {
        let (seq, offers) = (head.seq, offers(line.lang, head));
        let who = subject(line.lang, from);
        if self.other(from).syn.is_some() {
            line.say(|lang| match lang {
                Lang::En => format!(
                    "{who} sends a SYN of its own before it has answered the other: a simultaneous open."
                ),
                Lang::Zh => format!("{who}还没有应答对方，就发出了自己的 SYN：这是同时打开。"),
            });
        }
        line.say(|lang| match lang {
            Lang::En => format!(
                "{who} asks for a connection (SYN). Its initial sequence number is {seq}, called 0 here: the SYN \
                 takes one number, so its first byte is number 1. It offers {offers}."
            ),
            Lang::Zh => format!(
                "{who}请求建立连接（SYN）。它的初始序号是 {seq}，这里记作 0；SYN 占用一个序号，所以第一个字节是 1 号。它提出：{offers}。"
            ),
        });
    }

    fn answer(&self, from: Side, head: &Tcp, seen: &SeenTcp, line: &mut Line) {
        let (seq, offers) = (head.seq, offers(line.lang, head));
        let (who, other) = (subject(line.lang, from), object(line.lang, from.other()));
        let after = seen.acks.map(|acks| millis(acks.after)).unwrap_or_default();
        let after = match line.lang {
            Lang::En if !after.is_empty() => format!(" after {after}"),
            Lang::Zh if !after.is_empty() => format!("，间隔 {after}"),
            _ => after,
        };
        line.say(|lang| match lang {
            Lang::En => format!(
                "{who} agrees (SYN with ACK){after}: it acknowledges the SYN of {other} and opens its own direction with \
                 the initial sequence number {seq}. It offers {offers}."
            ),
            Lang::Zh => format!(
                "{who}同意（SYN 加 ACK）{after}：它确认了{other}的 SYN，并用初始序号 {seq} 打开自己的方向。它提出：{offers}。"
            ),
        });
    }

    fn agreed(&mut self, from: Side, seen: &SeenTcp, line: &mut Line) {
        self.open = true;
        let who = subject(line.lang, from);
        let after = seen.acks.map(|acks| millis(acks.after)).unwrap_or_default();
        line.say(|lang| match lang {
            Lang::En if after.is_empty() => format!("{who} acknowledges that: the connection is open."),
            Lang::En => format!("{who} acknowledges that after {after}: the connection is open."),
            Lang::Zh if after.is_empty() => format!("{who}确认：连接建立了。"),
            Lang::Zh => format!("{who}在 {after} 后确认：连接建立了。"),
        });
        let [Some(one), Some(other)] = self.sides.map(|side| side.syn) else { return };
        let (scaled, sack) =
            (one.scale.is_some() && other.scale.is_some(), one.sack_permitted && other.sack_permitted);
        let stamps = one.timestamps.is_some() && other.timestamps.is_some();
        let yes =
            |lang: Lang, agreed: bool| if agreed { lang.pick("yes", "是") } else { lang.pick("no", "否") };
        line.say(|lang| {
            let (scaled, sack, stamps) = (yes(lang, scaled), yes(lang, sack), yes(lang, stamps));
            match lang {
                Lang::En => format!("Both agreed to: scaled windows {scaled}, selective acknowledgment {sack}, time stamps {stamps}."),
                Lang::Zh => format!("双方约定：窗口缩放：{scaled}，选择确认：{sack}，时间戳：{stamps}。"),
            }
        });
    }
}

/// What a SYN offers.
fn offers(lang: Lang, head: &Tcp) -> String {
    let mut all = vec![match lang {
        Lang::En => format!("a window of {} bytes", head.window),
        Lang::Zh => format!("窗口 {} 字节", head.window),
    }];
    all.extend(head.mss.map(|mss| match lang {
        Lang::En => format!("to take segments of up to {mss} bytes (MSS)"),
        Lang::Zh => format!("最大段长 {mss} 字节（MSS）"),
    }));
    all.extend(head.scale.map(|shift| {
        let times = 1_u64 << shift.min(14);
        match lang {
            Lang::En => format!("windows that count {times} times as much later (scale {shift})"),
            Lang::Zh => format!("以后窗口乘以 {times}（缩放 {shift}）"),
        }
    }));
    all.extend(
        head.sack_permitted
            .then(|| lang.pick("selective acknowledgment (SACK)", "选择确认（SACK）").to_owned()),
    );
    all.extend(head.timestamps.map(|_| lang.pick("time stamps", "时间戳").to_owned()));
    all.join(lang.pick(", ", "、"))
}
