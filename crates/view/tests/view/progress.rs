//! The line that tells how far a transfer is.

use proptest::prelude::*;
use sockscope_view::progress::{self, Progress};
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

const MIB: u64 = 1 << 20;

fn line(done: u64, total: Option<u64>, ms: u64, width: usize) -> String {
    let mut out = Vec::new();
    progress::line(done, total, Duration::from_millis(ms), width, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn a_line_has_bar_share_sizes_rate_and_time_left() {
    let total = Some(1024 * MIB);
    assert_eq!(
        line(512 * MIB, total, 1000, 80),
        format!("{}{}   50%   512 MiB of 1.00 GiB   512 MiB/s  0:01 left", "━".repeat(14), "─".repeat(15))
            .replacen('━', "━━", 0)
    );
    assert_eq!(line(0, total, 0, 80).width(), 80);
    assert!(line(0, total, 0, 80).ends_with("  0%       0 B of 1.00 GiB       - B/s  -:-- left"));
    assert!(line(1024 * MIB, total, 2100, 80).contains("━  100%  "));
    assert!(
        line(1024 * MIB - 1, total, 2100, 80).contains("─   99%  "),
        "{}",
        line(1024 * MIB - 1, total, 2100, 80)
    );
}

#[test]
fn a_narrow_terminal_gets_what_matters() {
    let at = |width| line(512 * MIB, Some(1024 * MIB), 1000, width);
    for (width, want) in [
        (60, "━━━━─────   50%   512 MiB of 1.00 GiB   512 MiB/s  0:01 left"),
        (51, " 50%   512 MiB of 1.00 GiB   512 MiB/s  0:01 left"),
        (40, "━━━━━──────   50%   512 MiB/s  0:01 left"),
        (30, " 50%   512 MiB/s  0:01 left"),
        (16, " 50%   512 MiB/s"),
        (15, "━━━━─────   50%"),
        (4, " 50%"),
        (3, ""),
    ] {
        assert_eq!(at(width), want, "{width}");
    }
}

#[test]
fn without_a_total_there_is_no_bar() {
    assert_eq!(line(420 * MIB, None, 2000, 80), " 420 MiB   210 MiB/s  0:02");
}

#[test]
fn the_rate_is_that_of_the_last_seconds() {
    let mut progress = Progress::new(Some(1000 * MIB));
    let mut at = |done, ms| {
        let mut out = Vec::new();
        progress.line(done * MIB, Duration::from_millis(ms), 80, &mut out);
        String::from_utf8(out).unwrap()
    };
    for step in 0..=100 {
        assert!(step == 0 || at(step, step * 100).contains("  10.0 MiB/s"));
    }
    // It stalls: the rate falls to nothing within five seconds, and there is no end in sight.
    assert!(at(100, 12_500).contains(" 5.00 MiB/s"), "{}", at(100, 12_500));
    assert!(at(100, 15_000).contains("      0 B/s  -:-- left"), "{}", at(100, 15_000));
    assert!(at(200, 20_000).contains(" 20.0 MiB/s  0:40 left"), "{}", at(200, 20_000));
}

#[test]
fn what_was_there_before_does_not_count_for_the_rate() {
    let mut progress = Progress::resumed(500 * MIB, 1000 * MIB);
    let mut out = Vec::new();
    progress.line(510 * MIB, Duration::from_secs(1), 80, &mut out);
    let text = String::from_utf8(out).unwrap();
    assert!(text.ends_with(" 51%   510 MiB of 0.97 GiB  10.0 MiB/s  0:49 left"), "{text}");
}

#[test]
fn the_end_is_summed_up() {
    let sum = |verb, bytes, ms, hash| {
        let mut out = Vec::new();
        progress::sum_line(verb, bytes, Duration::from_millis(ms), hash, &mut out);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(
        sum("sent", 1024 * MIB, 2100, Some("e3b0c442")),
        "sent 1.00 GiB in 2.1 s (487 MiB/s), sha256 e3b0c442"
    );
    assert_eq!(sum("received", 12, 0, None), "received 12 B in 0 ms");
}

proptest! {
    #[test]
    fn no_line_is_wider_than_it_may_be(
        samples in prop::collection::vec((any::<u64>(), any::<u32>()), 1..20),
        total in proptest::option::of(any::<u64>()),
        width in 0..120_usize,
    ) {
        let mut progress = Progress::new(total);
        let mut elapsed = Duration::ZERO;
        for (done, ms) in samples {
            elapsed += Duration::from_millis(ms.into());
            let mut out = Vec::new();
            progress.line(done, elapsed, width, &mut out);
            let text = String::from_utf8(out).unwrap();
            prop_assert!(text.width() <= width, "{} of {width}: {text:?}", text.width());
            prop_assert!(line(done, total, ms.into(), width).width() <= width);
        }
    }
}
