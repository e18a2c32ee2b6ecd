//! FIN and RST.

use super::line::Line;
use super::state::State;
use super::{Lang, number, object, subject};
use crate::flow::{SeenTcp, Side, Tcp};

impl State {
    /// Tells how a segment ends its direction or all.
    pub(super) fn ends(&self, from: Side, head: &Tcp, seen: &SeenTcp, line: &mut Line) {
        if seen.rst {
            self.reset(from, head, seen, line);
        } else if seen.fin {
            self.fin(from, seen, line);
        }
    }

    fn fin(&self, from: Side, seen: &SeenTcp, line: &mut Line) {
        let last = number(seen.next.wrapping_sub(2).into());
        let (who, other) = (subject(line.lang, from), object(line.lang, from.other()));
        let unseen = self.other(from).fin.is_some_and(|fin| seen.ack.is_none_or(|ack| ack != fin));
        line.say(|lang| match (lang, self.closer) {
            (Lang::En, None) => format!(
                "{who} closes its direction (FIN): byte {last} was its last. This is a half-close; {other} may still send."
            ),
            (Lang::Zh, None) => format!("{who}关闭自己的方向（FIN）：第 {last} 字节是它的最后一个。这只是半关闭，{other}仍然可以发送。"),
            (Lang::En, Some(_)) if unseen => format!(
                "{who} closes too (FIN), before it has seen the FIN of {other}: both close at the same time, and TIME-WAIT is with both."
            ),
            (Lang::Zh, Some(_)) if unseen => {
                format!("{who}还没有看到{other}的 FIN，也发出了 FIN：双方同时关闭，TIME-WAIT 在双方。")
            }
            (Lang::En, Some(_)) => format!("{who} closes its direction as well (FIN): byte {last} was its last."),
            (Lang::Zh, Some(_)) => format!("{who}也关闭自己的方向（FIN）：第 {last} 字节是它的最后一个。"),
        });
    }

    fn reset(&self, from: Side, head: &Tcp, seen: &SeenTcp, line: &mut Line) {
        let (own, peer) = (&self.sides[from as usize], self.other(from));
        let refused = peer.syn.is_some() && own.syn.is_none() && !self.open && head.ack.is_some();
        let acked = seen.ack.or(own.acked).unwrap_or(0);
        let unread = own.fin.is_some() || (peer.reached.wrapping_sub(acked) as i32) > 0;
        let (who, other) = (subject(line.lang, from), object(line.lang, from.other()));
        line.say(|lang| match lang {
            Lang::En if refused => format!("{who} refuses (RST): nobody listens on that port, or a firewall answers so."),
            Lang::Zh if refused => format!("{who}拒绝连接（RST）：这个端口上没有程序监听，或者是防火墙这样回答。"),
            Lang::En if unread => format!(
                "{who} resets the connection (RST): bytes of {other} came for which there is no reader any more; most \
                 likely the program closed its socket, or ended, without having read all."
            ),
            Lang::Zh if unread => format!(
                "{who}重置连接（RST）：{other}发来的字节已经没有人读了；很可能程序没有读完就关闭了套接字，或者已经退出。"
            ),
            Lang::En => format!(
                "{who} aborts the connection (RST): both directions are over at once, and nothing is acknowledged. \
                 Programs do so with SO_LINGER of 0, with unread bytes left, or when they give up."
            ),
            Lang::Zh => format!(
                "{who}中止连接（RST）：两个方向立刻结束，也不再确认什么。程序设置 SO_LINGER 为 0、还有没读的字节、或者放弃时会这样做。"
            ),
        });
    }
}
