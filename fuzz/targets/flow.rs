//! Whatever packets come, a tracker, a follower, the numbers and the words take them without stumbling, and hold no
//! more than their bounds. What a follower gives of one side lies one behind the other.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use sockscope_core::facts::Stamp;
use sockscope_core::lang::Lang;
use sockscope_view::flow::explain::{Explain, Sent};
use sockscope_view::flow::follow::{Follow, Piece, What};
use sockscope_view::flow::stats::{Stats, lines, table};
use sockscope_view::flow::{Flags, Head, Segment, Side, Tcp, Tracker, UNACKED};

const BOUND: usize = 300;

/// A segment from 12 bytes: who and how far time goes on, flags, numbers (near each other, or anywhere), window,
/// lengths.
fn head(bytes: &[u8; 12]) -> (Side, u64, Head, usize, u32) {
    let [who, flags, seq, seq_high, ack, ack_high, window, option, kept, more, left, right] = *bytes;
    let from = if who & 1 == 0 { Side::Client } else { Side::Server };
    let number =
        |low: u8, high: u8| u32::from(low).wrapping_sub(64).wrapping_add(u32::from(high & 0xf0) << 24);
    if who & 2 != 0 {
        return (from, u64::from(who) * 500_000, Head::Udp, kept.into(), more.into());
    }
    let edge = |edge: u8| number(ack, ack_high).wrapping_add(edge.into());
    let tcp = Tcp {
        seq: number(seq, seq_high),
        ack: (flags & 0x10 != 0).then(|| number(ack, ack_high)),
        flags: Flags(flags.into()),
        window: window.into(),
        scale: (option & 1 != 0).then_some(option >> 3),
        sack: [(option & 2 != 0).then(|| (edge(left), edge(right))), None, None, None],
        ..Tcp::default()
    };
    (from, u64::from(who) * 500_000, Head::Tcp(tcp), kept.into(), more.into())
}

// The input: segments of 12 bytes each.
fuzz_target!(|input: &[u8]| {
    let payload = [b'\n'; 255];
    let (mut tracker, mut stats) = (Tracker::default(), Stats::new(Duration::from_nanos(1)));
    let mut follow = Follow::with_bound(BOUND);
    let sends =
        input.iter().map(|len| Sent { time: Stamp(0), from: Side::Client, len: (*len).into() }).take(9);
    let mut explain = Explain::new(if input.len() % 2 == 0 { Lang::En } else { Lang::Zh }, sends.collect());
    let (mut out, mut given, mut time) = (Vec::new(), [0; 2], 0);
    let mut check = |piece: Piece<'_>| {
        let len = match piece.what {
            What::Bytes(bytes) => bytes.len() as u64,
            What::Gap(len, _) => len,
            What::Differs(_) | What::Late(_) => return,
        };
        assert_eq!(piece.offset, given[piece.from as usize]);
        given[piece.from as usize] += len;
    };
    let (segments, _) = input.as_chunks::<12>();
    for (number, bytes) in (1..).zip(segments) {
        let (from, after, head, kept, more) = head(bytes);
        time += after;
        let ends = [([10, 0, 0, 1], 4000).into(), ([10, 0, 0, 2], 7000).into()];
        let (source, destination) = (ends[from as usize], ends[from.other() as usize]);
        let payload = &payload[..kept];
        let time = Stamp(time);
        let segment = Segment { number, time, source, destination, head, payload, len: kept as u32 + more };
        let seen = tracker.take(&segment);
        stats.take(&segment, &seen);
        explain.take(&segment, &seen, &mut out);
        if head != Head::Udp {
            follow.take(from, &segment, &mut check);
        }
        assert!(follow.held() <= 2 * BOUND && tracker.held() <= 2 * UNACKED);
    }
    follow.end(Stamp(0), 0, &mut check);
    assert_eq!(follow.held(), 0);
    explain.end(&mut out);
    table(&stats, &mut out);
    lines(&stats, &mut out);
    String::from_utf8(out).expect("text");
});
