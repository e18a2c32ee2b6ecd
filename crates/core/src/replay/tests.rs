//! Playbooks: a recording, a peer that answers, and what happens when, in virtual time.

use std::time::Duration;

use super::*;
use crate::charset::Charset;
use crate::moment::Moment;
use crate::script::{How, Unmet};

const MS: u64 = 1_000_000;

/// A recording in lines: the milliseconds, `>` for a message, `<` for an answer or `]` for the end, and the bytes.
fn recording(lines: &[&str]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (packet, line) in (1..).zip(lines) {
        if *line == "again" {
            entries.push(Entry::Again);
            continue;
        }
        let (time, rest) = line.split_once(' ').unwrap();
        let bytes = rest[1..].trim_start().as_bytes().to_vec();
        let what = match &rest[..1] {
            ">" => What::Message(bytes),
            "<" => What::Answer(bytes),
            _ => What::End,
        };
        let time = time.parse::<u64>().ok().map(|ms| Stamp(1_000_000 * MS + ms * MS));
        entries.push(Entry::Recorded(Recorded { packet, time, what }));
    }
    entries.push(Entry::End);
    entries
}

/// What a peer does: so many milliseconds after this message, this.
type Peer<'a> = &'a dyn Fn(&str) -> Vec<(u64, &'static str)>;

/// Plays a recording; what was sent and when in milliseconds, and how it came out. A peer that says `]` has ended,
/// one that says `!` has reset; the clock never goes before something is due.
fn play(ways: Ways, lines: &[&str], peer: Peer<'_>) -> (Vec<String>, Verdict, Report) {
    let mut entries = recording(lines).into_iter();
    let (mut player, mut now, mut log) = (Player::new(ways), Moment(0), Vec::new());
    let mut coming: Vec<(u64, &str)> = peer("").into_iter().map(|(ms, said)| (ms * MS, said)).collect();
    player.opened(now);
    for _ in 0..10_000 {
        match player.next(now) {
            Some(Act::Send { bytes, .. }) => {
                let text = String::from_utf8(bytes).unwrap();
                log.push(format!("{} {text}", now.0 / MS));
                coming.extend(peer(&text).into_iter().map(|(ms, said)| (now.0 + ms * MS, said)));
                coming.sort_by_key(|(at, _)| *at);
                player.gone(now);
            }
            Some(Act::End) => {
                log.push(format!("{} ]", now.0 / MS));
                coming.extend(peer("]").into_iter().map(|(ms, said)| (now.0 + ms * MS, said)));
            }
            Some(Act::Finish(verdict)) => {
                log.push(format!("{} over", now.0 / MS));
                assert_eq!(player.next(now), None, "it is over once");
                return (log, verdict, player.report());
            }
            None if player.is_hungry() => {
                player.feed(entries.next().expect("it asks for no more than there is"))
            }
            None => {
                let wakeup = player.wakeup().map(|at| at.0);
                let first = coming.first().map(|(at, _)| *at);
                let at = wakeup.into_iter().chain(first).min().expect("something is due");
                now = Moment(now.0.max(at));
                if first == Some(at) {
                    match coming.remove(0).1 {
                        "]" => player.ended(),
                        "!" => player.closed("reset by the peer"),
                        said => player.heard(now, said.as_bytes()),
                    }
                }
            }
        }
    }
    panic!("it never ends: {log:?}");
}

fn expecting(bounded: bool) -> Ways {
    Ways { expect: Some(Duration::from_secs(2)), bounded, ..Ways::default() }
}

fn silent(_: &str) -> Vec<(u64, &'static str)> {
    Vec::new()
}

/// What a person would read.
fn told(verdict: &Verdict) -> String {
    let Verdict::Unmet(difference) = verdict else { panic!("{verdict:?}") };
    let mut out = Vec::new();
    difference.unmet("the peer", Charset::UTF_8).write_below("here", &mut Unmet::plain, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn messages_go_when_they_went() {
    let lines = ["0 >a", "10 >b", "10 >c", "500 >d", "? >e"];
    let (log, verdict, report) = play(Ways::default(), &lines, &silent);
    assert_eq!(log, ["0 a", "10 b", "10 c", "500 d", "500 e", "500 ]", "700 over"]);
    assert_eq!(verdict, Verdict::Done);
    assert_eq!(
        (report.sent, report.bytes, report.took.as_millis(), report.late),
        (5, 5, 500, Duration::ZERO)
    );
}

#[test]
fn they_go_faster_slower_with_shorter_pauses_or_at_once() {
    let lines = ["0 >a", "10 >b", "500 >c"];
    let at = |timing, most: Option<u64>| {
        let ways = Ways { pace: Pace { timing, most: most.map(Duration::from_millis) }, ..Ways::default() };
        let (log, _, report) = play(ways, &lines, &silent);
        (log[..3].join(", "), report.shortened)
    };
    assert_eq!(at(Timing::speed("10").unwrap(), None), ("0 a, 1 b, 50 c".to_owned(), 0));
    assert_eq!(at(Timing::speed("0.5").unwrap(), None), ("0 a, 20 b, 1000 c".to_owned(), 0));
    assert_eq!(at(Timing::default(), Some(100)), ("0 a, 10 b, 110 c".to_owned(), 1));
    assert_eq!(at(Timing::None, Some(100)), ("0 a, 0 b, 0 c".to_owned(), 0));
}

#[test]
fn a_late_message_makes_no_other_one_late() {
    let mut entries = recording(&["0 >a", "10 >b", "20 >c"]).into_iter();
    let mut player = Player::new(Ways::default());
    player.opened(Moment(0));
    for (at, gone) in [(0, 0), (15, 15), (20, 20)] {
        assert_eq!(player.next(Moment(at * MS)), None);
        player.feed(entries.next().unwrap());
        assert!(matches!(player.next(Moment(at * MS)), Some(Act::Send { .. })), "{at}");
        assert_eq!(player.next(Moment(at * MS)), None, "the one before has not gone");
        player.gone(Moment(gone * MS));
    }
    assert_eq!(player.report().late, Duration::from_millis(5));
}

#[test]
fn rounds_begin_anew_each_with_its_first_message() {
    let lines = ["0 >a", "10 >b", "again", "0 >a", "10 >b"];
    let (log, verdict, _) = play(Ways::default(), &lines, &silent);
    assert_eq!((log[..4].join(", "), verdict), ("0 a, 10 b, 10 a, 20 b".to_owned(), Verdict::Done));
}

#[test]
fn waiting_for_answers_ends_well_only_if_one_comes() {
    let ways = Ways { wait: Some(Duration::from_secs(1)), ..Ways::default() };
    let (log, verdict, _) = play(ways, &["0 >a"], &silent);
    assert_eq!((log.last().unwrap().as_str(), verdict), ("1000 over", Verdict::NoAnswer));
    let (log, verdict, _) = play(ways, &["0 >a"], &|_| vec![(10, "x")]);
    assert_eq!((log.last().unwrap().as_str(), verdict), ("1000 over", Verdict::Done));
}

#[test]
fn answers_as_recorded_are_met_and_the_next_message_waits_for_them() {
    let lines = ["0 >a", "5 <A", "10 >b", "15 <B", "16 <B2"];
    let peer = |said: &str| match said {
        "a" => vec![(1000, "A")],
        "b" => vec![(1, "B"), (2, "B2")],
        _ => vec![],
    };
    let (log, verdict, report) = play(expecting(true), &lines, &peer);
    assert_eq!((verdict, report.met), (Verdict::Done, 3));
    assert_eq!(log, ["0 a", "1000 b", "1002 ]", "1202 over"]);
    assert_eq!(report.late.as_millis(), 990);
}

#[test]
fn an_answer_may_take_as_long_as_it_took_and_the_patience_more() {
    let lines = ["0 >a", "5000 <A"];
    let after = |ms: u64| {
        play(expecting(true), &lines, &move |said| if said == "a" { vec![(ms, "A")] } else { vec![] })
    };
    assert_eq!(after(6_999).1, Verdict::Done);
    let (log, verdict, _) = after(7_001);
    assert_eq!(log.last().unwrap(), "7000 over");
    assert_eq!(told(&verdict).lines().nth(1).unwrap(), "  nothing came within 2 s");
}

#[test]
fn one_byte_that_differs_is_shown() {
    let lines = ["0 >a", "5 <ABC", "10 >b"];
    let (log, verdict, report) = play(expecting(true), &lines, &|_| vec![(1, "AxC")]);
    assert_eq!((log[0].as_str(), log.len(), report.met), ("0 a", 2, 0), "b is not sent");
    assert_eq!(
        told(&verdict),
        "here\n  the message differs at byte 1: expected 42, got 78\n\n         \
         expected                             got\n  0000   41 42 43                 ABC       \
         │ 41 78 43                 AxC\n            ^^                                   ^^\n"
    );
    let Verdict::Unmet(difference) = verdict else { unreachable!() };
    assert_eq!(difference.answer.map(|spot| spot.packet), Some(2));
    assert_eq!(difference.message.map(|(number, spot)| (number, spot.packet)), Some((1, 1)));
}

#[test]
fn an_answer_too_many_too_short_or_too_long_is_told() {
    let lines = ["0 >a", "5 <A", "10 >b", "11 <B"];
    let first = |answers: Vec<(u64, &'static str)>| {
        let peer = move |said: &str| match said {
            "a" => answers.clone(),
            "b" => vec![(1, "B")],
            _ => vec![],
        };
        told(&play(expecting(true), &lines, &peer).1).lines().nth(1).unwrap().to_owned()
    };
    // What came sooner than recorded is taken for the next answer.
    assert_eq!(first(vec![(1, "A"), (2, "more")]), "  the message differs at byte 0: expected 42, got 6d");
    assert_eq!(first(vec![(1, "")]), "  the message ends too soon, 1 of 1 are missing");
    assert_eq!(first(vec![(1, "AB")]), "  the message goes on after the 1 byte expected");
    let last = ["0 >a", "5 <A"];
    let (_, verdict, _) =
        play(expecting(true), &last, &|said| if said == "a" { vec![(1, "A"), (99, "B")] } else { vec![] });
    assert!(told(&verdict).contains("1 byte came, and should not have"));
}

#[test]
fn answers_may_come_sooner_than_recorded() {
    let lines = ["0 >a", "5 >b", "6 <A", "7 <B"];
    let peer = |said: &str| match said {
        "a" => vec![(1, "A")],
        "b" => vec![(1, "B")],
        _ => vec![],
    };
    for bounded in [true, false] {
        let (log, verdict, report) = play(expecting(bounded), &lines, &peer);
        assert_eq!((verdict, report.met), (Verdict::Done, 2));
        assert_eq!(log[..2], ["0 a", "5 b"], "nothing waits for them");
    }
}

#[test]
fn streams_are_bytes_in_order_however_they_are_cut() {
    let lines = ["0 >a", "5 <one", "6 <two", "10 >b", "11 <three"];
    for answers in [vec![(1, "onetwo")], vec![(1, "o"), (2, "netw"), (3, "o")], vec![(1, "one"), (2, "two")]]
    {
        let peer = |said: &str| match said {
            "a" => answers.clone(),
            "b" => vec![(1, "thr"), (2, "ee")],
            _ => vec![],
        };
        let (_, verdict, report) = play(expecting(false), &lines, &peer);
        assert_eq!((verdict, report.met), (Verdict::Done, 3), "{answers:?}");
    }
    let (_, verdict, _) = play(expecting(false), &lines, &|_| vec![(1, "onetxo")]);
    let Verdict::Unmet(difference) = verdict else { panic!("{verdict:?}") };
    assert_eq!((difference.answer.unwrap().packet, &difference.how), (3, &How::Differs { at: 1 }));
    assert_eq!(difference.got, b"txo");
}

#[test]
fn a_greeting_and_an_answer_behind_the_end_are_expected() {
    let lines = ["0 <hello", "5 >a", "6 ]", "7 <bye"];
    let peer = |said: &str| match said {
        "" => vec![(3, "hello")],
        "]" => vec![(3, "bye"), (4, "]")],
        _ => vec![],
    };
    let (log, verdict, report) = play(expecting(false), &lines, &peer);
    assert_eq!((verdict, report.met), (Verdict::Done, 2));
    assert_eq!(log, ["3 a", "4 ]", "8 over"]);
}

#[test]
fn a_peer_that_is_gone_is_told() {
    let lines = ["0 >a", "5 <A", "10 >b"];
    let (_, verdict, _) = play(expecting(false), &lines, &|_| vec![(1, "]")]);
    assert!(told(&verdict).contains("the peer ended without a word"), "{}", told(&verdict));
    let (_, verdict, _) = play(expecting(false), &lines, &|said| match said {
        "a" => vec![(1, "A"), (2, "!")],
        _ => vec![],
    });
    assert!(told(&verdict).contains("the peer is closed: reset by the peer"), "{}", told(&verdict));
    let (log, verdict, _) = play(Ways::default(), &lines, &|_| vec![(1, "!")]);
    assert_eq!((verdict, log.last().unwrap().as_str()), (Verdict::Failed, "1 over"));
    let (log, verdict, _) = play(Ways::default(), &["0 >a"], &|_| vec![(1, "!")]);
    assert_eq!((verdict, log.last().unwrap().as_str()), (Verdict::Done, "1 over"));
}

#[test]
fn what_cannot_be_opened_or_sent_fails() {
    let mut player = Player::new(Ways::default());
    player.feed(Entry::Recorded(Recorded { packet: 1, time: None, what: What::Message(vec![1]) }));
    player.closed("refused");
    assert_eq!(player.next(Moment(0)), Some(Act::Finish(Verdict::Failed)));
    let mut player = Player::new(Ways::default());
    player.opened(Moment(0));
    player.feed(Entry::Recorded(Recorded { packet: 1, time: None, what: What::Message(vec![1]) }));
    assert!(matches!(player.next(Moment(0)), Some(Act::Send { number: 1, .. })));
    player.unsent(Moment(0));
    player.feed(Entry::End);
    assert_eq!(player.next(Moment(0)), Some(Act::End));
    assert_eq!(player.next(player.wakeup().unwrap()), Some(Act::Finish(Verdict::Failed)));
    assert_eq!((player.report().sent, player.report().unsent), (0, 1));
}

#[test]
fn answers_are_taken_up_as_they_are_needed() {
    let mut player = Player::new(expecting(false));
    player.opened(Moment(0));
    let piece = vec![7; 60_000];
    let mut fed = 0;
    let feed = |player: &mut Player, fed: &mut u64| {
        while player.next(Moment(0)).is_none() && player.is_hungry() {
            *fed += 1;
            let what = What::Answer(piece.clone());
            player.feed(Entry::Recorded(Recorded { packet: *fed, time: None, what }));
        }
    };
    feed(&mut player, &mut fed);
    assert!((15..30).contains(&fed), "{fed} pieces of 60000 bytes are held");
    for _ in 0..100 {
        player.heard(Moment(0), &piece);
        feed(&mut player, &mut fed);
    }
    assert_eq!(player.report().met, 100);
    assert!(fed < 130, "{fed}");
}
