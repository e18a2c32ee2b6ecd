//! What holds for every charset.

use proptest::prelude::*;

use super::*;

/// Bytes that are likely to be interesting: leads, trails, escapes, surrogates, ASCII.
fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => any::<u8>(),
        2 => prop::sample::select(&b"\x1b$(BJI@!0A\x0e"[..]),
        2 => prop::sample::select(&b"\x81\xb0\xd8\xdc\xe4\x8f\x8e\x30\xfe\xff\x00\xef\xbf\xbd"[..]),
        1 => 0xA1_u8..=0xFE,
    ];
    prop::collection::vec(byte, 0..most)
}

/// Those with more than one byte a character, first in the table, as often as all the others.
fn any_charset() -> impl Strategy<Value = Charset> {
    let all: Vec<Charset> = Charset::all().collect();
    let ascii = all.iter().position(|c| *c == Charset::ASCII).unwrap();
    prop_oneof![prop::sample::select(all[..ascii].to_vec()), prop::sample::select(all)]
}

fn one_to_one() -> impl Strategy<Value = Charset> {
    let by_hand = |c: &Charset| matches!(c.row().coder, table::Coder::Single(_) | table::Coder::Form(_));
    prop::sample::select(Charset::all().filter(by_hand).collect::<Vec<_>>())
}

/// Encoding may refuse but not change: every character comes back as itself or is lacking. The planes
/// without characters are left out, which no charset treats differently from their neighbours.
#[test]
fn no_character_becomes_another() {
    for charset in Charset::all() {
        let mut out = Vec::new();
        let mut has = 0;
        for c in ('\0'..='\u{FFFF}').chain('\u{1F300}'..='\u{1F5FF}').chain('\u{20000}'..='\u{2FA1F}') {
            out.clear();
            if charset.encode(c.encode_utf8(&mut [0; 4]), &Unmappable::Refuse, &mut out).is_err() {
                continue;
            }
            has += 1;
            let mut back = String::new();
            charset.decode(&out, |piece| match piece {
                Piece::Text(text) => back.push_str(text),
                Piece::Invalid(bytes) => panic!("{charset} {c:?} {bytes:02x?}"),
            });
            assert!(back.chars().eq([c]), "{charset} {c:?} came back as {back:?} from {out:02x?}");
            if charset == Charset::GBK {
                assert!(out.len() <= 2, "gbk has no four-byte codes: {c:?}");
            }
        }
        assert!(has >= 125, "{charset} has only {has} characters");
    }
}

#[test]
fn what_the_forms_of_unicode_lack() {
    for (label, lacking) in [("utf-8", 0), ("utf-16le", 0), ("utf-32be", 0), ("gb18030", 19)] {
        let lacks = |c: &char| encoded(charset(label), c.encode_utf8(&mut [0; 4])).is_err();
        // Beyond the first plane the codes go by arithmetic: a sample is enough.
        let all = ('\0'..='\u{FFFF}').chain(('\u{10000}'..='\u{10FFFF}').step_by(257)).chain(['\u{10FFFF}']);
        let lacked: Vec<char> = all.filter(lacks).collect();
        assert_eq!(lacked.len(), lacking, "{label} {lacked:?}");
        assert!(lacked.iter().all(|c| matches!(c, '\u{E000}'..='\u{F8FF}')), "{label} {lacked:?}");
    }
}

#[test]
fn long_texts_take_many_rounds() {
    for charset in Charset::all() {
        let text: String = (0..9999).map(|i| char::from(b' ' + (i % 95) as u8)).collect();
        let bytes = encoded(charset, &text).unwrap();
        assert_eq!(whole(charset, &bytes), [Run::Text(text)], "{charset}");
    }
    let text = "你好，世界。".repeat(1000);
    for label in ["gbk", "gb18030", "big5", "shift_jis", "iso-2022-jp", "utf-8", "utf-16be", "utf-32le"] {
        let text = if label == "shift_jis" || label == "iso-2022-jp" {
            text.replace('你', "日")
        } else {
            text.clone()
        };
        let bytes = encoded(charset(label), &text).unwrap();
        assert_eq!(whole(charset(label), &bytes), [Run::Text(text)], "{label}");
    }
}

/// Every sequence of two bytes, and what can become of it, cut in the middle.
#[test]
fn every_pair_of_bytes_may_be_cut() {
    // From there on, a byte is a character.
    for charset in Charset::all().take_while(|c| c.name() != "windows-1252") {
        for pair in (0..=u16::MAX).map(u16::to_be_bytes) {
            assert_eq!(
                cut(charset, &[&pair[..1], &pair[1..]]),
                whole(charset, &pair),
                "{charset} {pair:02x?}"
            );
        }
    }
}

/// The shift sequences of ISO-2022-JP, which no piece covers.
const SHIFTS: [&[u8]; 5] = [b"\x1b(B", b"\x1b(J", b"\x1b(I", b"\x1b$@", b"\x1b$B"];

/// Goes through bytes and what they decoded to, side by side.
struct Walk<'a> {
    charset: Charset,
    rest: &'a [u8],
    shift: &'static [u8],
}

impl Walk<'_> {
    fn shifts(&mut self) {
        let is_shifted = self.charset.name() == "iso-2022-jp";
        while let Some(shift) = SHIFTS.iter().find(|shift| is_shifted && self.rest.starts_with(shift)) {
            self.shift = shift;
            self.rest = &self.rest[shift.len()..];
        }
    }

    /// Finds the bytes that alone decode to the beginning of `text`; returns how much of it.
    fn character(&mut self, text: &str) -> Option<usize> {
        self.shifts();
        (1..=4.min(self.rest.len())).find_map(|len| {
            let alone = [self.shift, &self.rest[..len]].concat();
            match &whole(self.charset, &alone)[..] {
                [Run::Text(one)] if text.starts_with(one.as_str()) => {
                    self.rest = &self.rest[len..];
                    Some(one.len())
                }
                _ => None,
            }
        })
    }

    fn run(&mut self, run: &Run) -> bool {
        self.shifts();
        match run {
            Run::Invalid(raw) => raw.iter().all(|byte| {
                self.shifts();
                let same = self.rest.first() == Some(byte);
                self.rest = self.rest.get(1..).unwrap_or(&[]);
                same
            }),
            Run::Text(text) => {
                let mut at = 0;
                while at < text.len() {
                    let Some(len) = self.character(&text[at..]) else { return false };
                    at += len;
                }
                true
            }
        }
    }
}

/// Whether the runs cover the bytes, by decoding short stretches alone: a check that does not believe
/// the positions which decoding whole reports.
fn covers(charset: Charset, bytes: &[u8], runs: &[Run]) -> bool {
    let mut walk = Walk { charset, rest: bytes, shift: b"" };
    let all = runs.iter().all(|run| walk.run(run));
    walk.shifts();
    all && walk.rest.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn every_cut_gives_the_same(charset in any_charset(), bytes in bytes(24), at in prop::collection::vec(0..24_usize, 0..8)) {
        let expected = whole(charset, &bytes);
        for at in 0..=bytes.len() {
            prop_assert_eq!(&cut(charset, &[&bytes[..at], &bytes[at..]]), &expected);
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(&cut(charset, if single.is_empty() { &[b""] } else { &single }), &expected);
        let mut places: Vec<usize> = at.into_iter().map(|at| at.min(bytes.len())).chain([0, bytes.len()]).collect();
        places.sort_unstable();
        let chunks: Vec<&[u8]> = places.windows(2).map(|two| &bytes[two[0]..two[1]]).collect();
        prop_assert_eq!(&cut(charset, &chunks), &expected);
    }

    #[test]
    fn every_byte_is_covered_once(charset in any_charset(), bytes in bytes(40)) {
        let runs = whole(charset, &bytes);
        prop_assert!(covers(charset, &bytes, &runs), "{:?}", runs);
    }

    #[test]
    fn one_to_one_charsets_give_the_bytes_back(charset in one_to_one(), bytes in bytes(40)) {
        let mut back = Vec::new();
        for run in whole(charset, &bytes) {
            match run {
                Run::Text(text) => back.extend(encoded(charset, &text).unwrap()),
                Run::Invalid(raw) => back.extend(raw),
            }
        }
        prop_assert_eq!(back, bytes);
    }

    #[test]
    fn text_comes_back(charset in any_charset(), text in any::<String>(), parts in "[ -~]{0,9}") {
        let mut out = Vec::new();
        let skipped = charset.encode(&text, &Unmappable::Skip, &mut out).unwrap();
        let runs = whole(charset, &out);
        let back: String = match &runs[..] {
            [] => String::new(),
            [Run::Text(back)] => back.clone(),
            _ => panic!("{runs:?}"),
        };
        prop_assert_eq!(back.chars().count() as u64 + skipped, text.chars().count() as u64);
        prop_assert!(encoded(charset, &parts).is_ok());
    }

    #[test]
    fn a_decoder_is_as_new_after_the_last(charset in any_charset(), first in bytes(9), second in bytes(9)) {
        let mut decoder = Decoder::new(charset);
        decoder.feed(&first, true, |_| {});
        let mut runs = Vec::new();
        decoder.feed(&second, true, |piece| add(&mut runs, piece));
        prop_assert_eq!(runs, whole(charset, &second));
    }
}
