//! Laws that hold of every framing.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::framing::kind::Kind;

fn any_framing() -> impl Strategy<Value = Framing> {
    let texts: Vec<&str> = FRAMINGS.iter().map(|spec| spec.example).chain(MORE.iter().copied()).collect();
    let checks = vec!["", "", "", "xor8", "crc16-modbus", "crc32:le:HEX", "crc82-darc", "sum8:hex:skip=2"];
    let maxima = vec![1, 2, 5, 20, 300, 1500, Framing::MAX];
    (select(texts), select(checks), select(maxima)).prop_map(|(text, check, max)| {
        let framing = framing(text).with_max(max);
        if check.is_empty() { framing } else { framing.with_check(Check::parse(check).unwrap()) }
    })
}

/// Bytes that framings have a use for come often.
fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let telling = select(&b"\r\n\0\0\x01\x02\x05aab019:,\xc0\xdb\xdc\xdd\xff\x80"[..]);
    prop_oneof![
        vec(prop_oneof![3 => telling, 1 => any::<u8>()], 0..40),
        vec(1..=255_u8, 0..most),
        vec(Just(b'a'), 0..most),
    ]
}

/// The payload as it can be sent: where its length belongs there is none yet.
fn blank(framing: &Framing, mut payload: Vec<u8>) -> Vec<u8> {
    if let Kind::Length(field) = &framing.kind
        && field.keep
        && let Some(place) = payload.get_mut(field.offset..field.header())
    {
        place.fill(0);
    }
    payload
}

fn fitted(framing: &Framing, mut payload: Vec<u8>) -> Vec<u8> {
    if let Kind::Fixed(bytes) = framing.kind {
        payload.resize(bytes.saturating_sub(framing.check.map_or(0, Check::width)), b'.');
    }
    blank(framing, payload)
}

/// The pieces between cuts at these places.
fn chunks<'a>(stream: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
    places.extend([0, stream.len()]);
    places.sort_unstable();
    places.windows(2).map(|two| &stream[two[0]..two[1]]).collect()
}

/// Frames, broken frames and noise.
fn stream(framing: &Framing, parts: Vec<(u8, Vec<u8>)>) -> Vec<u8> {
    let mut stream = Vec::new();
    for (what, part) in parts {
        let start = stream.len();
        if what < 6 && framing.wrap(&fitted(framing, part.clone()), &mut stream).is_ok() {
            if what == 0 {
                stream.pop();
            }
            if what == 1
                && let Some(byte) = stream[start..].first_mut()
            {
                *byte ^= 1;
            }
        } else {
            stream.extend(part);
        }
    }
    stream
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn what_is_wrapped_is_cut_again(
        framing in any_framing(), payloads in vec(bytes(700), 0..6), cuts in vec(any::<Index>(), 0..9)
    ) {
        let mut frames: Vec<Vec<u8>> = Vec::new();
        let mut sent = Vec::new();
        for payload in payloads {
            let payload = fitted(&framing, payload);
            let mut frame = b"before".to_vec();
            if framing.wrap(&payload, &mut frame).is_ok() {
                frames.push(frame.split_off(6));
                sent.push(payload);
            }
            prop_assert_eq!(frame, b"before");
        }
        let mut cutter = Cutter::new(Arc::new(framing.clone()));
        let mut out = Batch::new();
        // With pauses, so that it holds of `quiet` too; the others must do without.
        let streams = if framing.is_guess() { frames.clone() } else { vec![frames.concat()] };
        for (stream, second) in streams.iter().zip(1..) {
            for chunk in chunks(stream, &cuts) {
                cutter.cut(Moment(second * 1_000_000_000), chunk, &Facts::default(), &mut out);
            }
        }
        if framing.is_guess() {
            cutter.due(Moment(u64::MAX), &mut out);
        }
        prop_assert_eq!(cutter.held(), 0);
        cutter.end(&mut out);
        prop_assert_eq!(out.len(), sent.len());
        for ((message, payload), wire) in out.iter().zip(sent).zip(frames) {
            prop_assert_eq!(blank(&framing, message.bytes.to_vec()), payload);
            let wire = wire.len() as u32;
            let checked = framing.check().is_some();
            prop_assert_eq!(message.facts.frame, Some(Frame { wire, flaw: None, checked }));
        }
    }

    #[test]
    fn however_a_stream_is_cut_the_frames_are_the_same(
        framing in any_framing(),
        parts in vec((0..9_u8, bytes(3000)), 0..7),
        cuts in vec(any::<Index>(), 0..12),
    ) {
        let stream = stream(&framing, parts);
        let whole = cut_all(&framing, [&stream[..]]);
        let sum: usize = whole.0.iter().map(|(_, frame)| frame.wire as usize).sum();
        prop_assert_eq!(sum + whole.1, stream.len(), "no byte is lost or doubled");
        prop_assert_eq!(&cut_all(&framing, chunks(&stream, &cuts)), &whole);
        prop_assert_eq!(&cut_all(&framing, stream.chunks(1)), &whole);
    }

    #[test]
    fn flawed_frames_hold_what_came_and_others_no_more_than_the_maximum(
        framing in any_framing(), parts in vec((0..9_u8, bytes(3000)), 0..7)
    ) {
        let stream = stream(&framing, parts);
        let (frames, held) = cut_all(&framing, [&stream[..]]);
        let mut at = 0;
        for (content, frame) in frames {
            let raw = &stream[at..at + frame.wire as usize];
            at += raw.len();
            match frame.flaw {
                None => prop_assert!(content.len() <= framing.most() - framing.check.map_or(0, Check::width)),
                Some(Flaw::BadCheck { .. } | Flaw::NoCheck) => prop_assert!(content.len() <= framing.most()),
                Some(_) => {
                    prop_assert!(content.len() <= framing.most());
                    prop_assert!(raw.ends_with(&content));
                    let marks = &raw[..raw.len() - content.len()];
                    prop_assert!(marks.iter().all(|byte| Some(*byte) == framing.kind.idle()));
                }
            }
        }
        prop_assert!(stream[stream.len() - held..].iter().all(|byte| Some(*byte) == framing.kind.idle()));
    }

    #[test]
    fn the_canonical_form_is_read_again(framing in any_framing()) {
        let canonical = framing.to_string();
        prop_assert_eq!(Framing::parse(&canonical), Ok(framing), "{}", canonical);
    }

    #[test]
    fn any_text_is_read_or_refused(
        text in any::<String>(),
        name in select(FRAMINGS.iter().map(|spec| spec.name).collect::<Vec<_>>()),
        options in "((offset|width|adjust|max|check)=[-+0-9a-z:=]{0,6}|'[a-z\\\\{}0']{0,6}'|[0-9a-f]{0,9}|keep|lf|little|including|,|你){0,6}",
    ) {
        for text in [text, format!("{name}:{options}")] {
            match Framing::parse(&text) {
                Ok(framing) => {
                    let canonical = framing.to_string();
                    prop_assert_eq!(Framing::parse(&canonical), Ok(framing), "{}", canonical);
                }
                // The place can be shown, so the span lies on characters.
                Err(problem) => drop((problem.place(), text[problem.span].len())),
            }
        }
    }

    #[test]
    fn cobs_is_what_the_cobs_crate_says(payload in prop_oneof![bytes(1000), vec(any::<u8>(), 0..1000)]) {
        let mut ours = Vec::new();
        framing("cobs").wrap(&payload, &mut ours).unwrap();
        let mut theirs = vec![0; cobs::max_encoding_length(payload.len())];
        let len = cobs::encode(&payload, &mut theirs);
        theirs.truncate(len);
        // What it encodes, encoder by encoder, may end with an empty block: both decode to the same.
        let mut back = vec![0; ours.len()];
        let report = cobs::decode(&ours, &mut back).unwrap();
        prop_assert_eq!(&back[..report.frame_size()], &payload[..]);
        theirs.push(0);
        let (frames, _) = cut_all(&framing("cobs"), [&theirs[..]]);
        prop_assert_eq!(frames.len(), 1);
        prop_assert_eq!(&frames[0].0, &payload);
        prop_assert!(frames[0].1.flaw.is_none() && ours.len() <= theirs.len());
    }
}
