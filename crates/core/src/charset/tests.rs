//! What holds for every charset, and vectors made with Python 3.11's codecs.

use proptest::prelude::*;

use super::*;

/// What decoding gave: neighbours of the same kind merged.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Run {
    Text(String),
    Invalid(Vec<u8>),
}

fn add(runs: &mut Vec<Run>, piece: Piece<'_>) {
    match (piece, runs.last_mut()) {
        (Piece::Text(""), _) | (Piece::Invalid([]), _) => panic!("an empty piece"),
        (Piece::Text(text), Some(Run::Text(run))) => run.push_str(text),
        (Piece::Text(text), _) => runs.push(Run::Text(text.to_owned())),
        (Piece::Invalid(bytes), Some(Run::Invalid(run))) => run.extend(bytes),
        (Piece::Invalid(bytes), _) => runs.push(Run::Invalid(bytes.to_owned())),
    }
}

fn whole(charset: Charset, bytes: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    charset.decode(bytes, |piece| add(&mut runs, piece));
    runs
}

fn cut(charset: Charset, chunks: &[&[u8]]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut decoder = Decoder::new(charset);
    for (at, chunk) in chunks.iter().enumerate() {
        decoder.feed(chunk, at + 1 == chunks.len(), |piece| add(&mut runs, piece));
    }
    runs
}

fn charset(label: &str) -> Charset {
    Charset::find(label).unwrap()
}

fn encoded(charset: Charset, text: &str) -> Result<Vec<u8>, Lacks> {
    let mut out = Vec::new();
    charset.encode(text, &Unmappable::Refuse, &mut out).map(|count| {
        assert_eq!(count, 0);
        out
    })
}

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

fn any_charset() -> impl Strategy<Value = Charset> {
    (0..Charset::all().len()).prop_map(|at| Charset::all().nth(at).unwrap())
}

fn one_to_one() -> impl Strategy<Value = Charset> {
    let by_hand = |c: &Charset| matches!(c.row().coder, table::Coder::Single(_) | table::Coder::Form(_));
    prop::sample::select(Charset::all().filter(by_hand).collect::<Vec<_>>())
}

#[test]
fn vectors() {
    for (label, text, bytes) in [
        ("gbk", "你好", &b"\xc4\xe3\xba\xc3"[..]),
        ("gbk", "温度 25 度", b"\xce\xc2\xb6\xc8 25 \xb6\xc8"),
        ("gb18030", "你€😀", b"\xc4\xe3\xa2\xe3\x94\x39\xfc\x36"),
        ("big5", "你好", b"\xa7\x41\xa6\x6e"),
        ("big5-hkscs", "你啫㗎", b"\xa7\x41\x94\xdc\x9d\xee"),
        ("shift_jis", "こんにちはｱ①", b"\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\xb1\x87\x40"),
        ("euc-jp", "日本", b"\xc6\xfc\xcb\xdc"),
        ("iso-2022-jp", "a日本b", b"a\x1b$BF|K\\\x1b(Bb"),
        ("iso-2022-jp", "日", b"\x1b$BF|\x1b(B"),
        ("euc-kr", "안녕똠", b"\xbe\xc8\xb3\xe7\x8c\x63"),
        ("windows-1251", "Привет", b"\xcf\xf0\xe8\xe2\xe5\xf2"),
        ("windows-1252", "€é", b"\x80\xe9"),
        ("iso-8859-1", "é\u{80}ÿ", b"\xe9\x80\xff"),
        ("iso-8859-9", "ığ\u{85}", b"\xfd\xf0\x85"),
        ("iso-8859-11", "ก\u{a0}๛", b"\xa1\xa0\xfb"),
        ("iso-8859-15", "€", b"\xa4"),
        ("koi8-r", "Мир", b"\xed\xc9\xd2"),
        ("cp437", "é█", b"\x82\xdb"),
        ("cp866", "Мир", b"\x8c\xa8\xe0"),
        ("cp858", "€", b"\xd5"),
        ("macintosh", "é", b"\x8e"),
        ("utf-8", "é\u{fffd}", b"\xc3\xa9\xef\xbf\xbd"),
        ("utf-16le", "a你😀", b"a\0\x60\x4f\x3d\xd8\x00\xde"),
        ("utf-16be", "a你😀", b"\0a\x4f\x60\xd8\x3d\xde\x00"),
        ("utf-32le", "你😀", b"\x60\x4f\0\0\x00\xf6\x01\0"),
        ("utf-32be", "你😀", b"\0\0\x4f\x60\0\x01\xf6\x00"),
        ("utf-16le", "\u{feff}a", b"\xff\xfea\0"),
        ("ascii", "a~\x7f", b"a~\x7f"),
    ] {
        assert_eq!(encoded(charset(label), text).as_deref(), Ok(bytes), "{label}");
        assert_eq!(whole(charset(label), bytes), [Run::Text(text.to_owned())], "{label}");
    }
}

#[test]
fn what_is_only_received() {
    for (label, bytes, text) in [
        ("gbk", &b"\x94\x39\xfc\x36"[..], "😀"),
        ("gbk", b"\x80", "€"),
        ("big5", b"\x9d\xee", "㗎"),
        ("iso-2022-jp", b"\x1b(I1\x1b(B", "ｱ"),
        ("iso-2022-jp", b"\x1b$BF|\x1b(B\x1b$BF|\x1b(B", "日日"),
        ("utf-8", b"\xef\xbb\xbfa", "\u{feff}a"),
    ] {
        assert_eq!(whole(charset(label), bytes), [Run::Text(text.to_owned())], "{label}");
    }
    assert_eq!(whole(charset("iso-2022-jp"), b"\x1b(B"), []);
}

#[test]
fn invalid_bytes_stay_as_they_came() {
    let text = |s: &str| Run::Text(s.to_owned());
    let invalid = |b: &[u8]| Run::Invalid(b.to_owned());
    for (label, bytes, runs) in [
        ("ascii", &b"a\xc4\xe3b"[..], vec![text("a"), invalid(b"\xc4\xe3"), text("b")]),
        ("gbk", b"\xc4\xe3\xc4", vec![text("你"), invalid(b"\xc4")]),
        ("gbk", b"\xc4\xe3\xff!", vec![text("你"), invalid(b"\xff"), text("!")]),
        ("gbk", b"\x94\x39\xfca", vec![invalid(b"\x94"), text("9黙")]),
        ("gbk", b"\x94\x39a", vec![invalid(b"\x94"), text("9a")]),
        ("utf-8", b"\xe4\xbda\xf0", vec![invalid(b"\xe4\xbd"), text("a"), invalid(b"\xf0")]),
        ("utf-16le", b"a\0\x00\xd8a\0b", vec![text("a"), invalid(b"\x00\xd8"), text("a"), invalid(b"b")]),
        ("utf-32be", b"\0\x11\0\0\0\0\0a\0", vec![invalid(b"\0\x11\0\0"), text("a"), invalid(b"\0")]),
        ("iso-2022-jp", b"\x1b$BF\x1b(Ba", vec![invalid(b"F"), text("a")]),
        ("iso-2022-jp", b"\x1b$a", vec![invalid(b"\x1b"), text("$a")]),
        ("cp857", b"\xd5\xe7a", vec![invalid(b"\xd5\xe7"), text("a")]),
    ] {
        assert_eq!(whole(charset(label), bytes), runs, "{label} {bytes:02x?}");
    }
}

#[test]
fn lacking_characters_are_told_with_their_place() {
    for (label, text, character, at) in [
        ("gbk", "你😀", '😀', 3),
        ("ascii", "aé", 'é', 1),
        ("big5", "你㗎", '㗎', 3),
        ("shift_jis", "a¥", '¥', 1),
        ("shift_jis", "日−", '−', 3),
        ("euc-jp", "~‾", '‾', 1),
        ("iso-2022-jp", "日ｱ", 'ｱ', 3),
        ("iso-2022-jp", "a\x1b", '\x1b', 1),
        ("cp437", "a我", '我', 1),
        ("iso-8859-1", "€", '€', 0),
        ("gb18030", "\u{e5e5}", '\u{e5e5}', 0),
    ] {
        let mut out = b"kept".to_vec();
        let lacks = Lacks { charset: charset(label).name(), character, at };
        assert_eq!(charset(label).encode(text, &Unmappable::Refuse, &mut out), Err(lacks), "{label}");
        assert_eq!(out, b"kept", "{label}");
    }
    let lacks = encoded(Charset::ASCII, "naïve").unwrap_err();
    assert_eq!(lacks.to_string(), "ascii has no 'ï'");
}

#[test]
fn lacking_characters_are_skipped_or_replaced_and_counted() {
    let replace = |with: &str| Unmappable::Replace(with.to_owned());
    for (label, text, how, bytes, count) in [
        ("gbk", "a😀你😀", Unmappable::Skip, &b"a\xc4\xe3"[..], 2),
        ("gbk", "😀你", replace("(?)"), b"(?)\xc4\xe3", 1),
        ("ascii", "é", replace(""), b"", 1),
        ("ascii", "plain", replace("é"), b"plain", 0),
        ("iso-2022-jp", "日😀日", replace("本"), b"\x1b$BF|\x1b(B\x1b$BK\\F|\x1b(B", 1),
        ("iso-2022-jp", "日¥ｱ", Unmappable::Skip, b"\x1b$BF|\x1b(J\\\x1b(B", 1),
        ("shift_jis", "−1", replace("-"), b"-1", 1),
    ] {
        let mut out = Vec::new();
        assert_eq!(charset(label).encode(text, &how, &mut out), Ok(count), "{label}");
        assert_eq!(out, bytes, "{label}");
    }
    let mut out = b"kept".to_vec();
    let lacks = Lacks { charset: "gbk", character: '🙈', at: 3 };
    assert_eq!(Charset::GBK.encode("你😀", &replace("x🙈"), &mut out), Err(lacks));
    assert_eq!(out, b"kept");
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
fn hong_kongs_codes_of_two_characters() {
    for (text, code) in
        [("Ê\u{304}", b"\x88\x62"), ("Ê\u{30c}", b"\x88\x64"), ("ê\u{304}", b"\x88\xa3"), ("Êa", b"\x88\x66")]
    {
        assert_eq!(encoded(charset("big5-hkscs"), text).unwrap()[..2], code[..]);
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
    for charset in Charset::all() {
        for pair in (0..=u16::MAX).map(u16::to_be_bytes) {
            assert_eq!(
                cut(charset, &[&pair[..1], &pair[1..]]),
                whole(charset, &pair),
                "{charset} {pair:02x?}"
            );
        }
    }
}

/// Finds how the bytes divide by decoding short stretches alone: a check that does not believe the
/// positions which decoding whole reports.
fn covers(charset: Charset, bytes: &[u8], runs: &[Run]) -> bool {
    let mut at = 0;
    for run in runs {
        match run {
            Run::Invalid(raw) => {
                if !bytes[at..].starts_with(raw) {
                    return false;
                }
                at += raw.len();
            }
            Run::Text(text) => {
                let mut rest = text.as_str();
                while !rest.is_empty() {
                    let found = (1..=4.min(bytes.len() - at)).find_map(|len| {
                        match &whole(charset, &bytes[at..at + len])[..] {
                            [Run::Text(one)] if rest.starts_with(one.as_str()) => Some((len, one.len())),
                            _ => None,
                        }
                    });
                    let Some((taken, shown)) = found else { return false };
                    at += taken;
                    rest = &rest[shown..];
                }
            }
        }
    }
    at == bytes.len()
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
        // Shift sequences are covered by no piece.
        prop_assume!(charset.name() != "iso-2022-jp");
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
