use std::collections::VecDeque;

use super::*;

const MS: Duration = Duration::from_millis(1);
const WAIT: Duration = Duration::from_secs(3);

fn ways(closed: bool) -> Ways {
    Ways { every: MS * 10, count: None, total: Some(SECOND * 10), wait: WAIT, closed, size: 64 }
}

fn at(nanos: u64) -> Now {
    Now { moment: Moment(nanos), stamp: Stamp(nanos + 1_000_000_000_000) }
}

/// Plays a measurement against a peer that gives each message back when `back` says, in virtual time.
fn play(ways: Ways, mut back: impl FnMut(u64) -> Option<u64>) -> (Rtt, Vec<Row>) {
    let (mut rtt, mut rows, mut out) = (Rtt::new(ways, 7), Vec::new(), Batch::new());
    let mut coming: VecDeque<(u64, Vec<u8>)> = VecDeque::new();
    let mut now = 0;
    rtt.opened(Moment(0));
    for _ in 0..100_000 {
        while coming.front().is_some_and(|(due, _)| *due <= now) {
            let (_, bytes) = coming.pop_front().unwrap();
            rtt.heard(at(now), &bytes, &Facts::default());
        }
        out.clear();
        rows.extend(rtt.row(Moment(now)));
        rtt.fill(at(now), &mut out);
        for message in out.iter() {
            if let Some(due) = back(now) {
                coming.push_back((due, message.bytes.to_vec()));
            }
        }
        if rtt.is_over() {
            return (rtt, rows);
        }
        if out.is_empty() {
            let next = coming.front().map(|(due, _)| *due);
            now = next.into_iter().chain(rtt.wakeup().map(|at| at.0)).min().unwrap().max(now + 1);
        }
    }
    panic!("it does not end");
}

/// One millisecond later; but nothing comes back between 5 s and 6 s.
fn stalls(now: u64) -> Option<u64> {
    let due = now + 1_000_000;
    Some(if (5_000_000_000..6_000_000_000).contains(&due) { 6_000_000_000 } else { due })
}

#[test]
fn a_stall_shows_in_an_open_loop_and_hides_in_a_closed_one() {
    let (open, _) = play(ways(false), stalls);
    let (closed, _) = play(ways(true), stalls);
    let p99 = |rtt: &Rtt| rtt.report().due.percentile(99.0).unwrap();
    assert!(p99(&open) > MS * 800, "{:?}", p99(&open));
    assert!(p99(&closed) < MS * 2, "{:?}", p99(&closed));
    assert_eq!(open.report().counts.sent, 1_000);
    assert_eq!(open.report().counts.unanswered(), 0);
}

#[test]
fn time_is_counted_from_when_a_message_was_due_though_it_was_sent_late() {
    let mut rtt = Rtt::new(ways(false), 7);
    let mut out = Batch::new();
    rtt.opened(Moment(0));
    rtt.fill(at(0), &mut out);
    rtt.heard(at(0), out.message(0).bytes, &Facts::default());
    out.clear();
    // Messages are due at 0, 10, 20 and 30 ms, and all leave at 30.
    rtt.fill(at(30_000_000), &mut out);
    assert_eq!(out.len(), 4);
    for message in out.iter() {
        rtt.heard(at(31_000_000), message.bytes, &Facts::default());
    }
    let report = rtt.report();
    assert_eq!(report.latest, MS * 30);
    let near = |time: Option<Duration>, ms: u32| time.is_some_and(|time| time.abs_diff(MS * ms) < MS / 10);
    assert!(near(report.due.max(), 31) && near(report.due.min(), 1), "{report:?}");
    assert!(near(report.sent.max(), 1), "{report:?}");
}

#[test]
fn nobody_there_is_found_out_in_a_second_with_three_hellos() {
    let mut hellos = 0;
    let (rtt, _) = play(Ways { wait: MS * 100, ..ways(false) }, |_| {
        hellos += 1;
        None
    });
    assert_eq!((hellos, rtt.other(), rtt.report().counts.sent), (3, None, 0));
}

#[test]
fn a_peer_that_stops_midway_loses_the_rest() {
    let (rtt, rows) = play(ways(false), |now| (now < 4_000_000_000).then_some(now + 1_000_000));
    let counts = rtt.report().counts;
    assert_eq!((counts.sent, counts.answered, counts.unanswered()), (1_000, 400, 600));
    assert_eq!(rows[0].sent, rows[0].answered);
    assert_eq!((rows[6].sent, rows[6].answered), (100, 0));
}

#[test]
fn a_closed_loop_goes_on_after_a_loss_once_it_has_waited() {
    let mut number = 0;
    let wait = MS * 50;
    let (rtt, _) = play(Ways { wait, count: Some(10), ..ways(true) }, |now| {
        number += 1;
        (number != 5).then_some(now + 1_000_000)
    });
    let counts = rtt.report().counts;
    assert_eq!((counts.sent, counts.answered), (10, 9));
}

#[test]
fn the_time_of_a_side_that_measures_too_is_told_apart() {
    let mut rtt = Rtt::new(ways(false), 7);
    let mut out = Batch::new();
    rtt.opened(Moment(0));
    rtt.fill(at(0), &mut out);
    let ready = Head { kind: Kind::Ready, flow: 7, sequence: 0, time: Stamp(0) };
    rtt.heard(at(0), &ready.bytes(), &Facts::default());
    out.clear();
    rtt.fill(at(0), &mut out);
    let mut back = out.message(0).bytes.to_vec();
    back[LEN..LEN + 8].copy_from_slice(&5_000_000_u64.to_be_bytes());
    back[LEN + 8..SMALLEST].copy_from_slice(&9_000_000_u64.to_be_bytes());
    rtt.heard(at(10_000_000), &back, &Facts::default());
    let network = rtt.report().network.max().unwrap();
    assert!(network.abs_diff(MS * 6) < MS / 10, "{network:?}");
    assert_eq!(rtt.other(), Some(Other::Measures));
}

#[test]
fn another_flow_and_what_has_no_header_are_foreign() {
    let mut rtt = Rtt::new(ways(false), 7);
    rtt.opened(Moment(0));
    let other = Head { kind: Kind::Ask, flow: 8, sequence: 0, time: Stamp(0) };
    rtt.heard(at(0), &other.bytes(), &Facts::default());
    rtt.heard(at(0), b"hello", &Facts::default());
    assert_eq!(rtt.report().counts.foreign, 2);
}

#[test]
fn it_is_over_as_soon_as_all_were_answered() {
    let mut last = 0;
    let (rtt, rows) = play(Ways { count: Some(150), ..ways(false) }, |now| {
        last = now;
        Some(now + 1_000_000)
    });
    // The last message left after 1.49 s: its answer ends it, without a second row.
    assert_eq!((rtt.report().counts.answered, rows.len()), (150, 1));
    assert!(last < 1_500_000_000, "{last}");
}
