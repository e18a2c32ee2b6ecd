//! Known bytes and texts, from Python 3.11's codecs where it has the charset.

use super::*;

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
    assert_eq!(lacks.to_string(), "ascii has no 'ï' (U+00EF)");
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

#[test]
fn hong_kongs_codes_of_two_characters() {
    for (text, code) in
        [("Ê\u{304}", b"\x88\x62"), ("Ê\u{30c}", b"\x88\x64"), ("ê\u{304}", b"\x88\xa3"), ("Êa", b"\x88\x66")]
    {
        assert_eq!(encoded(charset("big5-hkscs"), text).unwrap()[..2], code[..]);
    }
}
