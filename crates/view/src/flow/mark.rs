//! What is remarkable about a TCP segment, seen beside the others of its conversation.
//!
//! The meanings are those of "TCP Analysis" in the Wireshark User's Guide, so that both programs mark the same packets.

/// One remarkable thing. [`MARKS`] has a row for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Mark {
    /// Bytes, a SYN or a FIN that were there before; also where it is fast or spurious.
    Retransmission,
    /// A retransmission within 20 ms of duplicate acknowledgments that ask for it.
    FastRetransmission,
    /// A retransmission of bytes that had been acknowledged.
    SpuriousRetransmission,
    /// Behind the highest byte, soon enough to have been overtaken rather than sent again.
    OutOfOrder,
    /// Begins beyond the highest byte seen: what lies between is lost, late or was not captured.
    PreviousNotCaptured,
    /// Acknowledges bytes that were never seen. Told once for each hole, and once beyond all that was seen; Wireshark
    /// may repeat the latter.
    AckedNotCaptured,
    /// Says again what the last one of its sender said.
    DuplicateAck,
    /// At most one byte, just before the next one: asks whether the other side is there.
    KeepAlive,
    /// The answer to that.
    KeepAliveAck,
    /// Its sender has no room.
    ZeroWindow,
    /// Nothing new but the window.
    WindowUpdate,
    /// Its last byte is the last one that the other side has room for.
    WindowFull,
    /// One byte into a window of zero: asks whether there is room now.
    ZeroWindowProbe,
    /// The answer to that: still none.
    ZeroWindowProbeAck,
    /// A SYN between ports that had a conversation before.
    PortReused,
}

/// A row of the table of marks.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Which one.
    pub mark: Mark,
    /// Its word in JSON lines, and Wireshark's field below `tcp.analysis.`.
    pub word: &'static str,
    /// A few English words for it.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// Every mark, in the order of [`Mark`].
pub const MARKS: &[Spec] = &[
    row(Mark::Retransmission, "retransmission", "retransmission", "重传"),
    row(Mark::FastRetransmission, "fast_retransmission", "fast retransmission", "快速重传"),
    row(Mark::SpuriousRetransmission, "spurious_retransmission", "spurious retransmission", "多余的重传"),
    row(Mark::OutOfOrder, "out_of_order", "out of order", "乱序"),
    row(Mark::PreviousNotCaptured, "lost_segment", "previous segment not captured", "前面的段没有抓到"),
    row(Mark::AckedNotCaptured, "ack_lost_segment", "acked segment not captured", "被确认的段没有抓到"),
    row(Mark::DuplicateAck, "duplicate_ack", "duplicate ack", "重复确认"),
    row(Mark::KeepAlive, "keep_alive", "keep-alive", "保活"),
    row(Mark::KeepAliveAck, "keep_alive_ack", "keep-alive ack", "保活应答"),
    row(Mark::ZeroWindow, "zero_window", "zero window", "零窗口"),
    row(Mark::WindowUpdate, "window_update", "window update", "窗口更新"),
    row(Mark::WindowFull, "window_full", "window full", "窗口已满"),
    row(Mark::ZeroWindowProbe, "zero_window_probe", "zero-window probe", "零窗口探测"),
    row(Mark::ZeroWindowProbeAck, "zero_window_probe_ack", "zero-window probe ack", "零窗口探测应答"),
    row(Mark::PortReused, "reused_ports", "ports reused", "端口重用"),
];

const fn row(mark: Mark, word: &'static str, en: &'static str, zh: &'static str) -> Spec {
    Spec { mark, word, en, zh }
}

impl Mark {
    /// Its row.
    pub fn spec(self) -> &'static Spec {
        &MARKS[self as usize]
    }
}

/// The marks of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Marks(u16);

impl Marks {
    /// Whether this one is among them.
    #[inline]
    pub fn has(self, mark: Mark) -> bool {
        self.0 >> mark as u16 & 1 == 1
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Mark> {
        MARKS.iter().map(|spec| spec.mark).filter(move |mark| self.has(*mark))
    }

    pub(super) fn set(&mut self, mark: Mark) {
        self.0 |= 1 << mark as u16;
    }
}

impl FromIterator<Mark> for Marks {
    fn from_iter<I: IntoIterator<Item = Mark>>(marks: I) -> Self {
        let mut all = Self::default();
        marks.into_iter().for_each(|mark| all.set(mark));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_has_its_row() {
        for (number, spec) in MARKS.iter().enumerate() {
            assert_eq!(spec.mark as usize, number, "{}", spec.word);
            let one: Marks = [spec.mark].into_iter().collect();
            assert_eq!(one.iter().collect::<Vec<_>>(), [spec.mark]);
        }
        assert_eq!(MARKS.last().map(|spec| spec.mark), Some(Mark::PortReused));
        assert!(Marks::default().is_empty());
    }
}
