//! What comes of streams that are not what they should be.

use super::*;

fn found(list: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    list.iter().map(|(content, flaw)| ((*content).to_owned(), *flaw)).collect()
}

#[test]
fn a_stream_may_end_inside_a_frame() {
    assert_eq!(cut("line", b"a\nbc\r"), found(&[("a", ""), ("bc\\r", "unfinished")]));
    assert_eq!(cut("fixed:3", b"abcde"), found(&[("abc", ""), ("de", "unfinished")]));
    assert_eq!(cut("length:width=2", b"\0\x02a"), found(&[("\\x00\\x02a", "unfinished")]));
    assert_eq!(cut("netstring", b"2:ab"), found(&[("2:ab", "unfinished")]));
    assert_eq!(cut("slip", b"\xc0a\xdb"), found(&[("a\\xdb", "unfinished")]));
    assert_eq!(cut("cobs", b"\0\x03a"), found(&[("\\x03a", "unfinished")]));
}

#[test]
fn behind_what_is_too_long_the_next_mark_is_found() {
    let cases = [("a\r\nabcdefgh\r\nb\r\n", "line:max=3"), ("a\r\nabcdefgh\r\nb\r\n", "line:crlf,max=3")];
    for (stream, text) in cases {
        let flawed =
            [("a", ""), ("abc", "too_long"), ("def", "skipped"), ("gh\\r", "skipped"), ("\\n", "skipped")];
        let mut all = cut(text, stream.as_bytes());
        assert_eq!(all.pop(), Some(("b".to_owned(), "")), "{text}");
        let joined =
            |all: &[(String, &str)]| all.iter().map(|(content, _)| content.as_str()).collect::<String>();
        assert_eq!(joined(&all), joined(&found(&flawed)), "{text}");
        assert!(all[1].1 == "too_long" && all[2..].iter().all(|(_, flaw)| *flaw == "skipped"), "{text}");
    }
    // One byte more than the maximum, whose end is seen: nothing behind it is skipped.
    assert_eq!(
        cut("line:max=3", b"abcd\nabc\r\nabc\n"),
        found(&[("abc", "too_long"), ("d\\n", "skipped"), ("abc", ""), ("abc", "")])
    );
    // The mark begins with the last byte that could be looked at.
    assert_eq!(
        cut("line:crlf,max=3", b"abcd\r\nx\r\n"),
        found(&[("abc", "too_long"), ("d", "skipped"), ("\\r\\n", "skipped"), ("x", "")])
    );
    assert_eq!(
        cut("slip:max=2", b"ab\xc0\xdb\xdc\xdb\xdd\xc0abc\xc0abcdef\xc0a\xc0"),
        found(&[
            ("ab", ""),
            ("\\xc0\\xdb", ""),
            ("ab", "too_long"),
            ("c\\xc0", "skipped"),
            ("ab", "too_long"),
            ("cd", "skipped"),
            ("e", "skipped"),
            ("f\\xc0", "skipped"),
            ("a", "")
        ])
    );
}

#[test]
fn a_length_that_is_too_long_still_leads_to_the_next_frame() {
    assert_eq!(
        cut("length:width=1,max=3", b"\x01a\x05bcdef\x01g"),
        found(&[("a", ""), ("\\x05", "too_long"), ("bcd", "skipped"), ("ef", "skipped"), ("g", "")])
    );
    assert_eq!(
        cut("netstring:max=3", b"4:abcd,1:e,"),
        found(&[("4:", "too_long"), ("abc", "skipped"), ("d,", "skipped"), ("e", "")])
    );
    assert_eq!(
        cut("length:offset=2,width=1,max=2", b"ab\0cd\x01e"),
        found(&[
            ("ab", "too_long"),
            ("\\x00", "skipped"),
            ("cd", "too_long"),
            ("\\x01", "skipped"),
            ("e", "skipped")
        ])
    );
}

#[test]
fn behind_a_length_that_cannot_be_there_are_no_frames() {
    assert_eq!(
        cut("length:width=2,including", b"\0\x03a\0\x01bcd\0\x03e"),
        found(&[("a", ""), ("\\x00\\x01", "bad_length"), ("bcd\\x00\\x03e", "skipped")])
    );
    for (stream, bad) in [("x1:a,", "x"), (":a,", ":"), ("01:a,", "01"), ("1;a,", "1;"), ("-1:a,", "-")] {
        let rest = &stream[bad.len()..];
        assert_eq!(cut("netstring", stream.as_bytes()), found(&[(bad, "bad_length"), (rest, "skipped")]));
    }
    let huge = "99999999999999999999:";
    assert_eq!(cut("netstring", huge.as_bytes())[0], (huge[..20].to_owned(), "bad_length"));
    assert_eq!(cut("netstring", b"1:ab1:c,"), found(&[("1:ab", "bad_end"), ("1:c,", "skipped")]));
    let (most, more) =
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
    assert_eq!(cut("varint", most), found(&[(&most.escape_ascii().to_string(), "too_long")]));
    assert_eq!(cut("varint", more), found(&[(&more.escape_ascii().to_string(), "bad_length")]));
}

#[test]
fn a_bad_escape_spoils_one_frame() {
    assert_eq!(
        cut("slip", b"a\xdbb\xc0\xc0c\xdb\xc0d\xc0"),
        found(&[("a\\xdbb\\xc0", "bad_escape"), ("c\\xdb\\xc0", "bad_escape"), ("d", "")])
    );
    assert_eq!(cut("cobs", b"\x05a\0\x02b\0"), found(&[("\\x05a\\x00", "bad_length"), ("b", "")]));
}

#[test]
fn a_burst_that_is_too_long_is_skipped_up_to_the_pause() {
    let mut cutter = Cutter::new(Arc::new(framing("quiet:20ms,max=3")));
    let mut out = Batch::new();
    for (millis, chunk) in [(0, &b"ab"[..]), (1, b"cdefgh"), (20, b"i"), (50, b"j")] {
        cutter.cut(Moment(millis * 1_000_000), chunk, &Facts::default(), &mut out);
    }
    cutter.due(cutter.wakeup().unwrap(), &mut out);
    let shown: Vec<_> = out.iter().map(|m| (m.bytes, m.facts.frame.unwrap().flaw)).collect();
    let (long, skipped) = (Some(Flaw::TooLong), Some(Flaw::Skipped));
    assert_eq!(shown, [(&b"abc"[..], long), (b"def", skipped), (b"ghi", skipped), (b"j", None)]);
}

#[test]
fn what_is_skipped_comes_in_small_pieces() {
    let mut stream = b"x".to_vec();
    stream.resize(5000, b'.');
    let lens: Vec<_> = cut("netstring", &stream).iter().map(|(content, _)| content.len()).collect();
    assert_eq!(lens, [1, 1024, 1024, 1024, 1024, 903]);
}

#[test]
fn a_stream_begins_anew_after_its_end() {
    let mut cutter = Cutter::new(Arc::new(framing("netstring")));
    let mut out = Batch::new();
    for stream in [&b"lost"[..], b"1:a,"] {
        cutter.cut(Moment(0), stream, &Facts::default(), &mut out);
        cutter.end(&mut out);
    }
    assert_eq!(out.message(out.len() - 1).bytes, b"a");
    assert_eq!((out.len(), cutter.held()), (3, 0));
}

#[test]
fn codes_and_words_are_distinct() {
    let sum = Check::parse("xor8").unwrap();
    let Some(bad @ Flaw::BadCheck { .. }) = sum.verify(b"ab").flaw else { panic!("a bad check") };
    let all = [
        Flaw::Unfinished,
        Flaw::TooLong,
        Flaw::Skipped,
        Flaw::BadEscape,
        Flaw::BadLength,
        Flaw::BadEnd,
        Flaw::NoCheck,
        bad,
    ];
    for (i, flaw) in all.iter().enumerate() {
        assert!(all[..i].iter().all(|other| other.code() != flaw.code()));
        assert!(all[..i].iter().all(|other| other.to_string() != flaw.to_string()));
    }
    assert!(size_of::<Frame>() <= 32, "a frame travels with every message: {}", size_of::<Frame>());
}
