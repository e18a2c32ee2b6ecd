//! What marks mean to who reads.

use super::line::Line;
use super::{Lang, millis, object};
use crate::flow::{Mark, SeenTcp, Side};

/// Tells what is remarkable about a segment.
pub(super) fn tell(from: Side, seen: &SeenTcp, line: &mut Line) {
    let (own, peer) = (object(line.lang, from), object(line.lang, from.other()));
    for mark in seen.marks.iter() {
        let kind = [Mark::FastRetransmission, Mark::SpuriousRetransmission];
        if mark == Mark::Retransmission && kind.iter().any(|kind| seen.marks.has(*kind)) {
            continue;
        }
        line.say(|lang| words(mark, lang).replace("{own}", own).replace("{peer}", peer));
    }
    if let Some(again) = seen.again {
        let after = millis(again.after);
        line.say(|lang| match lang {
            Lang::En => format!("Packet {} began with the same byte, {after} before.", again.packet),
            Lang::Zh => format!("{} 号包从同一个字节开始，在 {after} 之前。", again.packet),
        });
    }
    if let Some(duplicate) = seen.duplicate {
        line.say(|lang| match lang {
            Lang::En => format!("It is number {} since packet {}.", duplicate.number, duplicate.of),
            Lang::Zh => format!("这是 {} 号包以来的第 {} 个。", duplicate.of, duplicate.number),
        });
    }
}

fn words(mark: Mark, lang: Lang) -> &'static str {
    let (en, zh) = match mark {
        Mark::Retransmission => (
            "Retransmission: {own} sends this again, since no acknowledgment came in time.",
            "重传：{own}没有及时等到确认，所以又发了一次。",
        ),
        Mark::FastRetransmission => (
            "Fast retransmission: duplicate acknowledgments asked for these bytes, so {own} sends them again without waiting for its timer.",
            "快速重传：重复的确认在要这些字节，{own}不等定时器就重发了。",
        ),
        Mark::SpuriousRetransmission => (
            "Spurious retransmission: {peer} had acknowledged these bytes; the acknowledgment was lost or late.",
            "多余的重传：{peer}已经确认过这些字节；那个确认丢了或者来晚了。",
        ),
        Mark::OutOfOrder => (
            "Out of order: this segment was overtaken by later ones on the way.",
            "乱序：这个段在路上被后面的段超过了。",
        ),
        Mark::PreviousNotCaptured => (
            "Bytes before these are missing here: they were lost, are late, or were not captured.",
            "在这之前有字节缺失：丢失了、还没到，或者没有抓到。",
        ),
        Mark::AckedNotCaptured => (
            "It acknowledges bytes that are not in this recording: they arrived, but were not captured.",
            "它确认了这份抓包里没有的字节：它们到了，但没有被抓到。",
        ),
        Mark::DuplicateAck => (
            "Duplicate acknowledgment: {own} got something, but still waits for the same byte.",
            "重复确认：{own}收到了东西，但仍在等同一个字节。",
        ),
        Mark::KeepAlive => (
            "Keep-alive: {own} asks whether {peer} is still there, with a byte number that was already used.",
            "保活：{own}用已经用过的序号，问{peer}还在不在。",
        ),
        Mark::KeepAliveAck => {
            ("Answer to the keep-alive: {own} is still there.", "对保活的应答：{own}还在。")
        }
        Mark::ZeroWindow => (
            "Zero window: {own} has no room; its program does not read fast enough, and {peer} has to wait.",
            "零窗口：{own}没有空间了；它的程序读得不够快，{peer}只能等。",
        ),
        Mark::WindowUpdate => (
            "Window update: nothing new but how much room {own} has.",
            "窗口更新：只是告诉对方{own}现在有多少空间。",
        ),
        Mark::WindowFull => (
            "Window full: with this {own} has sent all that {peer} has room for.",
            "窗口已满：到此为止，{own}发满了{peer}的空间。",
        ),
        Mark::ZeroWindowProbe => (
            "Zero-window probe: {own} asks with one byte whether there is room now.",
            "零窗口探测：{own}用一个字节问现在有没有空间。",
        ),
        Mark::ZeroWindowProbeAck => {
            ("Answer to the probe: {own} still has no room.", "对探测的应答：{own}仍然没有空间。")
        }
        Mark::PortReused => (
            "The same two ports had a connection before: this is a new one.",
            "这两个端口之前有过连接：这是一个新的。",
        ),
    };
    lang.pick(en, zh)
}
