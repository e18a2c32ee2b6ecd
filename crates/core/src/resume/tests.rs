//! Lines there and back, and both ends in virtual time, alone and against each other.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::moment::Moment;

const HEX: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn at(ms: u64) -> Moment {
    Moment(0) + Duration::from_millis(ms)
}

fn sum(byte: u8) -> Sum {
    Sum([byte; 32])
}

fn said(line: Line) -> Vec<u8> {
    format!("{line}\n").into_bytes()
}

/// What a sender does next, in a few words.
fn words(mut next: impl FnMut() -> Option<Act>) -> String {
    let mut all = Vec::new();
    while let Some(act) = next() {
        all.push(match act {
            Act::Say(Line::Have { len, .. }) => format!("have={len}"),
            Act::Say(Line::From { from, size, .. }) => format!("from={from} size={size}"),
            Act::Say(line) => line.to_string().split_off("sockscope-resume/1 ".len()),
            Act::Check { len } => format!("check {len}"),
            Act::Send { from, size } => format!("send {from}..{size}"),
            Act::Take { from, size } => format!("take {from}..{size}"),
            Act::End => "end".to_owned(),
            Act::Finish => "finish".to_owned(),
        });
    }
    all.join(", ")
}

#[test]
fn lines_are_these_bytes() {
    let abc = Sum::parse(HEX).unwrap();
    for (line, text) in [
        (Line::Have { len: 3, sum: abc }, format!("sockscope-resume/1 have=3 sha256={HEX}")),
        (Line::From { from: 0, size: 3, sum: abc }, format!("sockscope-resume/1 from=0 size=3 sha256={HEX}")),
        (Line::Differs, "sockscope-resume/1 differs".to_owned()),
        (Line::Whole, "sockscope-resume/1 whole".to_owned()),
        (Line::Damaged, "sockscope-resume/1 damaged".to_owned()),
    ] {
        assert_eq!(line.to_string(), text);
        assert_eq!(Line::parse(text.as_bytes()), Ok(line));
    }
    let longest = Line::From { from: u64::MAX, size: u64::MAX, sum: abc };
    assert_eq!(longest.to_string().len() + 1, LONGEST);
}

#[test]
fn what_is_no_line_is_told_apart() {
    let have = |rest: &str| format!("sockscope-resume/1 have={rest}");
    for (text, flaw) in [
        ("", Flaw::Stranger),
        ("SSH-2.0-OpenSSH_9.6", Flaw::Stranger),
        ("sockscope-resume", Flaw::Stranger),
        ("sockscope-resume/", Flaw::Malformed),
        ("sockscope-resume/x differs", Flaw::Malformed),
        ("sockscope-resume/01 differs", Flaw::Malformed),
        ("sockscope-resume/2 differs", Flaw::Version),
        ("sockscope-resume/12 have=?", Flaw::Version),
        ("sockscope-resume/1 Differs", Flaw::Malformed),
        ("sockscope-resume/1 differs ", Flaw::Malformed),
        ("sockscope-resume/1 differs\r", Flaw::Malformed),
        ("sockscope-resume/1 \u{4f60}", Flaw::Malformed),
        (&have(&format!("03 sha256={HEX}")), Flaw::Malformed),
        (&have(&format!("+3 sha256={HEX}")), Flaw::Malformed),
        (&have(&format!(" sha256={HEX}")), Flaw::Malformed),
        (&have(&format!("18446744073709551616 sha256={HEX}")), Flaw::Malformed),
        (&have(&format!("3 sha256={}", HEX.to_uppercase())), Flaw::Malformed),
        (&have(&format!("3 sha256={}", &HEX[1..])), Flaw::Malformed),
        (&have(&format!("3  sha256={HEX}")), Flaw::Malformed),
    ] {
        assert_eq!(Line::parse(text.as_bytes()), Err(flaw), "{text:?}");
    }
}

#[test]
fn a_stranger_is_known_at_its_first_byte_and_an_endless_line_has_an_end() {
    assert_eq!(Collector::default().take(b"H"), Err(Flaw::Stranger));
    let mut long = Collector::default();
    assert_eq!(long.take(b"sockscope-resume/1 have="), Ok(None));
    assert_eq!(long.take(&[b'1'; 1 << 20]), Err(Flaw::Malformed));
    let mut later = Collector::default();
    let line = format!("sockscope-resume/2 {}", "x".repeat(LONGEST));
    assert_eq!(later.take(line.as_bytes()), Err(Flaw::Version));
}

#[test]
fn a_sender_goes_on_where_the_receiver_is() {
    let mut sender = Sender::new(100);
    sender.opened(at(0));
    assert_eq!((words(|| sender.act()), sender.wakeup()), (String::new(), Some(at(5000))));
    let line = said(Line::Have { len: 40, sum: sum(1) });
    sender.heard(at(10), &line[..20]);
    assert_eq!(sender.act(), None);
    sender.heard(at(10), &line[20..]);
    assert_eq!((words(|| sender.act()), sender.wakeup()), ("check 40".to_owned(), None));
    sender.checked(at(9000), sum(1), sum(2));
    assert_eq!(words(|| sender.act()), "from=40 size=100, send 40..100");
    sender.gone(50);
    sender.gone(10);
    sender.heard(at(9100), &said(Line::Whole));
    let done = Done { from: 40, size: 100, sum: sum(2) };
    assert_eq!((words(|| sender.act()), sender.result()), ("end".to_owned(), Some(Ok(done))));
    sender.ended();
    sender.closed();
    assert_eq!((words(|| sender.act()), sender.result()), ("finish".to_owned(), Some(Ok(done))));
}

#[test]
fn a_sender_waits_five_seconds_for_a_receiver_and_for_its_end() {
    let mut sender = Sender::new(100);
    sender.due(at(9999));
    sender.opened(at(0));
    sender.due(at(4999));
    assert_eq!(sender.result(), None);
    sender.due(at(5000));
    assert_eq!((words(|| sender.act()), sender.result()), ("finish".to_owned(), Some(Err(Failure::Silent))));

    let mut sender = Sender::new(3);
    sender.opened(at(0));
    sender.heard(at(1), &said(Line::Have { len: 4, sum: sum(1) }));
    assert_eq!(words(|| sender.act()), "differs, end", "it has more than the file");
    sender.due(at(5000));
    assert_eq!((sender.act(), sender.wakeup()), (None, Some(at(5001))));
    sender.due(at(5001));
    assert_eq!(words(|| sender.act()), "finish");
    assert_eq!(sender.result(), Some(Err(Failure::PeerDiffers { have: 4 })));
}

/// A sender that has got so far, and then hears this.
fn sender_hears(stage: u8, bytes: &[u8]) -> Option<Result<Done, Failure>> {
    let mut sender = Sender::new(10);
    sender.opened(at(0));
    if stage > 0 {
        sender.heard(at(0), &said(Line::Have { len: 4, sum: sum(1) }));
    }
    if stage > 1 {
        sender.checked(at(0), sum(1), sum(2));
    }
    if stage > 2 {
        sender.gone(6);
    }
    sender.heard(at(0), bytes);
    if bytes.is_empty() {
        sender.closed();
    }
    sender.result()
}

#[test]
fn what_a_sender_hears_at_the_wrong_time_ends_it() {
    let early = Failure::Odd("its line comes at the wrong time");
    let (whole, have) = (said(Line::Whole), said(Line::Have { len: 0, sum: Sum::EMPTY }));
    for (stage, bytes, failure) in [
        (0, &b"SSH-2.0"[..], Failure::OtherReceiver),
        (0, b"sockscope-resume/2 have\n", Failure::Version),
        (0, b"sockscope-resume/1 have\n", Failure::Odd("its line cannot be read")),
        (0, &whole, early),
        (0, &[&have[..], b"x"].concat(), Failure::Odd("it says more than one line at once")),
        (0, b"", Failure::NoReceiver),
        (1, &have, early),
        (1, b"", Failure::NoReceiver),
        (2, &whole, early),
        (2, b"", Failure::SendingBroke { done: 4, size: 10 }),
        (3, &have, early),
        (3, b"", Failure::SendingBroke { done: 10, size: 10 }),
        (3, &said(Line::Damaged), Failure::PeerDamaged),
    ] {
        assert_eq!(sender_hears(stage, bytes), Some(Err(failure)), "{stage} {}", bytes.escape_ascii());
    }
}

#[test]
fn a_receiver_takes_what_is_missing_and_looks_at_the_whole() {
    let mut receiver = Receiver::new(2, sum(1));
    assert_eq!(receiver.act(), None, "nobody is there");
    receiver.opened();
    assert_eq!(words(|| receiver.act()), "have=2");
    let line = said(Line::From { from: 2, size: 8, sum: sum(2) });
    assert_eq!(receiver.heard(at(0), &line[..7]), b"");
    assert_eq!(receiver.heard(at(0), &[&line[7..], b"abc"].concat()), b"abc");
    receiver.taken(3);
    assert_eq!(words(|| receiver.act()), "take 2..8");
    assert_eq!(receiver.heard(at(0), b"def"), b"def");
    receiver.taken(3);
    receiver.ended();
    assert_eq!((words(|| receiver.act()), receiver.result()), ("check 8".to_owned(), None));
    receiver.checked(at(7), sum(2));
    assert_eq!((words(|| receiver.act()), receiver.wakeup()), ("whole, end".to_owned(), Some(at(5007))));
    receiver.closed();
    assert_eq!((words(|| receiver.act()), receiver.wakeup()), ("finish".to_owned(), None));
    assert_eq!(receiver.result(), Some(Ok(Done { from: 2, size: 8, sum: sum(2) })));
}

#[test]
fn a_receiver_that_has_all_takes_nothing() {
    let mut receiver = Receiver::new(8, sum(2));
    receiver.opened();
    receiver.heard(at(0), &said(Line::From { from: 8, size: 8, sum: sum(2) }));
    assert_eq!(words(|| receiver.act()), "have=8, take 8..8, check 8");
    receiver.checked(at(0), sum(3));
    assert_eq!(words(|| receiver.act()), "damaged, end");
    receiver.due(at(5000));
    assert_eq!(words(|| receiver.act()), "finish");
    assert_eq!(receiver.result(), Some(Err(Failure::Damaged)));
}

#[test]
fn what_a_receiver_hears_at_the_wrong_time_ends_it() {
    let from = |from, size| said(Line::From { from, size, sum: sum(2) });
    let elsewhere = Failure::Odd("it does not go on where this file ends");
    for (bytes, failure) in [
        (b"hello".to_vec(), Failure::OtherSender),
        (vec![], Failure::NoSender),
        (from(3, 8), elsewhere),
        (from(2, 1), elsewhere),
        (said(Line::Differs), Failure::Differs { have: 2 }),
        (said(Line::Whole), Failure::Odd("its line comes at the wrong time")),
        (said(Line::Have { len: 1, sum: sum(1) }), Failure::Odd("it is to receive too; one end must send")),
        ([&from(2, 8)[..], b"1234567"].concat(), Failure::Odd("it sends more bytes than it said")),
        (from(2, 8), Failure::Broke { done: 2, size: 8 }),
        (b"sockscope-resume/3 from\n".to_vec(), Failure::Version),
    ] {
        let mut receiver = Receiver::new(2, sum(1));
        receiver.opened();
        assert_eq!(receiver.heard(at(0), &bytes), b"", "{}", bytes.escape_ascii());
        receiver.closed();
        assert_eq!(receiver.result(), Some(Err(failure)), "{}", bytes.escape_ascii());
        assert!(words(|| receiver.act()).ends_with("finish"));
    }
}

#[test]
fn every_failure_is_one_line_with_what_would_help() {
    for failure in [
        Failure::Silent,
        Failure::NoReceiver,
        Failure::OtherReceiver,
        Failure::NoSender,
        Failure::OtherSender,
        Failure::Version,
        Failure::Odd("it is odd"),
        Failure::PeerDiffers { have: 1 },
        Failure::Differs { have: 1 },
        Failure::SendingBroke { done: 1, size: 2 },
        Failure::Broke { done: 1, size: 2 },
        Failure::Changed,
        Failure::PeerDamaged,
        Failure::Damaged,
    ] {
        let words = failure.to_string();
        assert!(words.contains("; ") && !words.contains('\n') && !words.ends_with('.'), "{words}");
        assert!(!words.contains("  "), "{words}");
    }
    assert!(Failure::Silent.to_string().contains(&format!("{} s", PATIENCE.as_secs())));
}

/// A checksum that is none, and does for a test: equal for equal bytes only.
fn pretend(bytes: &[u8]) -> Sum {
    let mut all = [0; 32];
    all[0] = u8::try_from(bytes.len()).unwrap();
    all[1..=bytes.len()].copy_from_slice(bytes);
    Sum(all)
}

/// Both ends over a connection that takes `room` bytes of the file and then breaks.
fn transfer(file: &[u8], there: &mut Vec<u8>, room: usize) -> [Option<Result<Done, Failure>>; 2] {
    let (mut sender, mut receiver) =
        (Sender::new(file.len() as u64), Receiver::new(there.len() as u64, pretend(there)));
    sender.opened(at(0));
    receiver.opened();
    loop {
        if let Some(act) = receiver.act() {
            match act {
                Act::Say(line) => sender.heard(at(0), &said(line)),
                Act::Check { len } => receiver.checked(at(0), pretend(&there[..len as usize])),
                Act::End => sender.ended(),
                _ => {}
            }
        } else if let Some(act) = sender.act() {
            match act {
                Act::Say(line) => assert_eq!(receiver.heard(at(0), &said(line)), b""),
                Act::Check { len } => {
                    sender.checked(at(0), pretend(&file[..len as usize]), pretend(file));
                }
                Act::Send { from, size } => {
                    let rest = &file[from as usize..size as usize];
                    let gets = receiver.heard(at(0), &rest[..rest.len().min(room)]);
                    there.extend_from_slice(gets);
                    receiver.taken(gets.len() as u64);
                    sender.gone(gets.len() as u64);
                    if gets.len() < rest.len() {
                        sender.closed();
                        receiver.closed();
                    }
                }
                Act::End => receiver.ended(),
                _ => {}
            }
        } else {
            return [sender.result(), receiver.result()];
        }
    }
}

fn line() -> impl Strategy<Value = Line> {
    let sum = any::<[u8; 32]>().prop_map(Sum);
    prop_oneof![
        (any::<u64>(), sum.clone()).prop_map(|(len, sum)| Line::Have { len, sum }),
        (any::<u64>(), any::<u64>(), sum).prop_map(|(from, size, sum)| Line::From { from, size, sum }),
        Just(Line::Differs),
        Just(Line::Whole),
        Just(Line::Damaged),
    ]
}

proptest! {
    #[test]
    fn lines_come_back_however_they_are_cut(line in line(), cuts in prop::collection::vec(1..40_usize, 0..20), more: Vec<u8>) {
        let text = said(line);
        prop_assert!(text.len() <= LONGEST);
        let all = [&text[..], &more].concat();
        let (mut collector, mut rest, mut cuts) = (Collector::default(), &all[..], cuts.into_iter());
        let mut used = 0;
        loop {
            let (now, later) = rest.split_at(cuts.next().unwrap_or(rest.len()).min(rest.len()));
            match collector.take(now).unwrap() {
                Some((read, of_these)) => {
                    prop_assert_eq!((read, used + of_these), (line, text.len()));
                    break;
                }
                None => used += now.len(),
            }
            rest = later;
        }
    }

    #[test]
    fn what_is_read_is_written_the_same(text in "sockscope-resume/1 ((have|from|size)=[0-9+]{1,3} ?|sha256=[0-9a-fA-F]{64}|differs|whole| ){0,4}") {
        if let Ok(line) = Line::parse(text.as_bytes()) {
            prop_assert_eq!(line.to_string(), text);
        }
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes: Vec<u8>) {
        let _ = Line::parse(&bytes);
        let _ = Collector::default().take(&bytes);
        Sender::new(5).heard(at(0), &bytes);
        prop_assert!(Receiver::new(0, Sum::EMPTY).heard(at(0), &bytes).len() <= bytes.len());
    }

    #[test]
    fn however_often_it_breaks_the_file_comes_whole(file in prop::collection::vec(any::<u8>(), 0..31), rooms in prop::collection::vec(0..10_usize, 0..6)) {
        let mut there = Vec::new();
        for room in rooms {
            let before = there.len();
            let ends = transfer(&file, &mut there, room);
            prop_assert!(file.starts_with(&there) && there.len() >= before);
            let missing = before + room < file.len();
            prop_assert!(ends.iter().all(|end| end.unwrap().is_err() == missing), "{:?}", ends);
        }
        let (from, size) = (there.len() as u64, file.len() as u64);
        let done = Done { from, size, sum: pretend(&file) };
        prop_assert_eq!(transfer(&file, &mut there, usize::MAX), [Some(Ok(done)), Some(Ok(done))]);
        prop_assert_eq!(there, file);
    }

    #[test]
    fn what_differs_stays_as_it_was(file in prop::collection::vec(any::<u8>(), 1..31), at in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        let mut there = file.clone();
        there[at.index(file.len())] ^= flip;
        let before = there.clone();
        let have = there.len() as u64;
        let ends = transfer(&file, &mut there, usize::MAX);
        prop_assert_eq!(ends, [Some(Err(Failure::PeerDiffers { have })), Some(Err(Failure::Differs { have }))]);
        prop_assert_eq!(there, before);
    }
}
