use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::charset::Unmappable;
use crate::facts::Stamp;
use crate::payload::{Context, Eol, Payload};
use crate::rng::Rng;

fn read(text: &str) -> Pattern {
    Pattern::parse(text, Charset::UTF_8).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

fn bytes(notation: &str) -> Vec<u8> {
    let template = Payload::text(notation).unwrap();
    let template = template.compile(Charset::UTF_8, &Unmappable::Refuse, Eol::None).unwrap();
    let (mut rng, mut out) = (Rng::new(0), Vec::new());
    let mut context = Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut rng, groups: None };
    template.render(&mut context, &mut out).unwrap();
    out
}

/// `=A..B`, `?` or `!AT`.
fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Match { used, .. } => format!("={}..{}", used.start, used.end),
        Verdict::Partial => "?".to_owned(),
        Verdict::Mismatch { at } => format!("!{at}"),
    }
}

#[track_caller]
fn gives(pattern: &str, got: &str, stream: &str, whole: &str) {
    let (pattern, got) = (read(pattern), bytes(got));
    let words = (word(&pattern.test(&got, false)), word(&pattern.test(&got, true)));
    assert_eq!(words, (stream.to_owned(), whole.to_owned()), "{pattern:?}");
}

#[track_caller]
fn wrong(pattern: &str, spot: &str, start: &str) {
    let problem = Pattern::parse(pattern, Charset::UTF_8).unwrap_err();
    let message = problem.to_string();
    assert!(message.starts_with(start), "{message}");
    assert_eq!(problem.input, pattern);
    assert_eq!(&problem.input[problem.span], spot, "{message}");
}

#[test]
fn every_example_matches_what_the_table_says() {
    for row in PATTERNS {
        assert!(row.example.starts_with(row.word) && row.syntax.starts_with(row.word), "{}", row.word);
        assert!(!row.help.contains('\n') && !row.help.ends_with('.'), "{}", row.word);
        let got = bytes(row.matches);
        let verdict = read(row.example).test(&got, true);
        assert!(matches!(verdict, Verdict::Match { .. }), "{}: {verdict:?}", row.example);
    }
}

#[test]
fn exact_bytes() {
    gives(r#"text "OK\r\n""#, r"OK\r\n", "=0..4", "=0..4");
    gives(r#""OK\r\n""#, r"OK\r", "?", "!3");
    gives("'say \"好\"'", "say \"好\"", "=0..9", "=0..9");
    gives(r#""a\"b""#, "a\"b", "=0..3", "=0..3");
    gives(r#""OK""#, "OKAY", "=0..2", "!2");
    gives(r#""OK""#, "NO", "!0", "!0");
    gives("hex 00 01ff # a comment", r"\0\x01\xfe", "!2", "!2");
    gives("hex 01 03 {crc16-modbus}", r"\x01\x03\x40\x21", "=0..4", "=0..4");
    gives(r#""""#, "", "=0..0", "=0..0");
    gives(r#""""#, "a", "=0..0", "!0");
}

#[test]
fn bytes_left_open() {
    gives("hex 0? ?0 ??", r"\x0f\xf0\x12", "=0..3", "=0..3");
    gives("hex 0? ?0 ??", r"\x0f\xf1\x12", "!1", "!1");
    gives("hex 0x01,0x?2", r"\x01\x32", "=0..2", "=0..2");
    gives("mask 80 01/f0 ff", r"\x8f\x01", "=0..2", "=0..2");
    gives("mask 80 01/f0 ff", r"\x7f", "!0", "!0");
}

#[test]
fn gaps_take_as_little_as_they_can() {
    gives("hex 01 *", r"\x01\x02\x03", "=0..1", "=0..3");
    gives("hex 01 .. 0d", r"\x01\x0d\x02\x0d", "=0..2", "=0..4");
    gives("hex 01 .. 0d", r"\x01\x0d\x02", "=0..2", "!2");
    gives("hex 01..0d0a", r"\x01\x0d", "?", "!1");
    gives("hex * 02", r"\x01\x02", "=0..2", "=0..2");
    gives("hex 01 * 01", r"\x01", "?", "!1");
    gives("hex *", "", "=0..0", "=0..0");
}

#[test]
fn prefixes_and_parts() {
    gives(r#"prefix "AT""#, "AT+X", "=0..2", "=0..2");
    gives(r#"prefix text "AT""#, "A", "?", "!1");
    gives("prefix hex 01 ?? 03", r"\x01\x09\x04", "!2", "!2");
    gives(r#"contains "好""#, "你好吗", "=3..6", "=3..6");
    gives("contains hex ff ??", r"a\xff", "?", "!0");
    gives("contains hex ff .. 00", r"a\xffb\0\0", "=1..4", "=1..4");
}

#[test]
fn expressions_capture() {
    let pattern = read(r"re /^\+CSQ: (\d+),(?<ber>\d+)(x)?\r\n/");
    let Verdict::Match { used, groups } = pattern.test(b"+CSQ: 18,99\r\nOK\r\n", false) else { panic!() };
    assert_eq!(used, 0..13);
    let get = |key: &GroupKey| groups.get(key).map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
    assert_eq!(get(&GroupKey::Number(1)), Ok("18".to_owned()));
    assert_eq!(get(&GroupKey::Name("ber".to_owned())), Ok("99".to_owned()));
    assert!(get(&GroupKey::Number(3)).is_err());
    assert!(pattern.has(&GroupKey::Number(3)) && !pattern.has(&GroupKey::Number(4)));
    assert!(pattern.has(&GroupKey::Name("ber".to_owned())) && pattern.captures());
    let text = read("\"a\"");
    assert!(text.has(&GroupKey::Number(0)) && !text.has(&GroupKey::Number(1)) && !text.captures());
}

#[test]
fn an_expression_waits_for_what_could_change_its_match() {
    gives(r"re /\d+/", "12", "?", "=0..2");
    gives(r"re /\d+/", "12,", "=0..2", "=0..2");
    gives(r"re /\d\d/", "12", "=0..2", "=0..2");
    gives("re /OK$/", "OK", "?", "=0..2");
    gives("re /(?m)OK$/", "OK\n", "=0..2", "=0..2");
    gives("re /OK/m", "OK", "=0..2", "=0..2");
    gives("re /abcd|ab/", "abc", "?", "=0..2");
    gives("re /ab|abcd/", "abc", "=0..2", "=0..2");
    gives(r"re /OK(\r\n)?/", "OK\\r", "?", "=0..2");
    gives("re /^OK/", "ERROR", "!0", "!0");
    gives("re /^O.K/", "OOPS", "!2", "!0");
    gives("re /ok/i", "xOK", "=1..3", "=1..3");
    gives(r"re /a\/b/", "a/b", "=0..3", "=0..3");
    gives("re /你.吗/", "你好吗", "=0..9", "=0..9");
    gives(r"re /(?-u)\xff./", r"\xff\xfe", "=0..2", "=0..2");
    gives(r"re /(?s-u)^.{3}/", r"\n\xff", "?", "!0");
}

#[test]
fn other_charsets_are_matched_byte_by_byte() {
    let gbk = |text: &str| Pattern::parse(text, Charset::GBK);
    let pattern = gbk(r"re /温度=(\d+)度/").unwrap();
    let mut got = Vec::new();
    Charset::GBK.encode("温度=36度", &Unmappable::Refuse, &mut got).unwrap();
    let Verdict::Match { used, groups } = pattern.test(&got, false) else { panic!("{got:x?}") };
    assert_eq!((used.len(), groups.get(&GroupKey::Number(1))), (got.len(), Ok(&b"36"[..])));
    assert_eq!(word(&gbk("re /^(?:你)+$/").unwrap().test(b"\xc4\xe3\xc4\xe3", true)), "=0..4");
    let class = gbk("re /[你好]/").unwrap_err();
    assert!(class.to_string().starts_with("'你' is more than one byte in gbk"), "{class}");
    assert_eq!(&class.input[class.span], "你");
    assert!(gbk("re /😀/").unwrap_err().to_string().starts_with("gbk has no '😀'"));
    let wide = Pattern::parse("re /a/", Charset::find("utf-16le").unwrap()).unwrap_err();
    assert!(wide.to_string().starts_with("re works on bytes, and utf-16le writes letters"), "{wide}");
    assert!(
        gbk(r#"text "😀""#).unwrap_err().to_string().ends_with("; leave it out, or choose another charset")
    );
}

#[test]
fn what_cannot_be_read_is_pointed_at() {
    wrong("", "", "what the bytes are is missing; write text");
    wrong("txt \"a\"", "txt", "\"txt\" says not what the bytes are; did you mean text?");
    wrong("text OK", "OK", "a text in quotes is missing; write it as");
    wrong("text \"OK", "\"OK", "the text has no closing \"; close it with \"");
    wrong(r#"text "a\"b\q""#, r"\q", "unknown escape \\q");
    wrong(r#"text "a" b"#, "b", "\"b\" is too much here; leave it out");
    wrong("hex", "", "the bytes are missing");
    wrong("hex 0g", "g", "no hex digit: 'g'");
    wrong("hex ?? 0g", "0", "half a hex byte \"0\"");
    wrong("hex ?? g0", "g", "'g' is no hex digit");
    wrong("hex ?? {crc8}", "{crc8}", "a field cannot stand beside open digits");
    wrong("text \"{counter}\"", "{counter}", "a pattern cannot have a field that changes");
    wrong("mask 80", "80", "the mask is missing");
    wrong("mask 80 01/ff", "80 01/ff", "2 bytes have a mask of 1 bytes");
    wrong("re OK", "OK", "the regular expression is missing; write it between slashes");
    wrong("re /a", "/a", "the regular expression has no closing /");
    wrong("re /a/q", "q", "unknown flag \"q\"");
    wrong("re /你(a/", "(", "bad regular expression: unclosed group");
}

fn pattern() -> impl Strategy<Value = Pattern> {
    select(vec![
        r#""ab""#,
        "hex 61 ?? 62",
        "hex 61 .. 62 * 63",
        "hex * 61",
        "mask 60/f0",
        r#"prefix "ab""#,
        r#"contains "ab""#,
        r"re /a+/",
        r"re /a*b/",
        r"re /a+?/",
        r"re /(a|ab)(c|bcd)(d*)/",
        r"re /^ab|c$/",
        r"re /(?m)^b$/",
        r"re /abcd|ab|(c)/",
        r"re /\bab\b/",
        r"re /(?-u)\bab\b/",
        r"re /a(?:b(?:c(?:d)?)?)?/",
        r"re /(?:)/",
    ])
    .prop_map(read)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_verdict_does_not_depend_on_how_a_stream_is_cut(
        pattern in pattern(), got in vec(select(&b"aabbccd\n\xe4 "[..]), 0..9)
    ) {
        let mut before = Verdict::Partial;
        for end in 0..=got.len() {
            let verdict = pattern.test(&got[..end], false);
            if before != Verdict::Partial {
                prop_assert_eq!(&verdict, &before, "{:?} at {}", pattern, end);
            }
            before = verdict;
        }
    }

    #[test]
    fn a_match_is_one_of_the_whole_too(pattern in pattern(), got in vec(select(&b"abcd\n"[..]), 0..9)) {
        // What a stream had settled on, the whole has as well; only exact patterns want every byte used.
        if let (Verdict::Match { used, .. }, true) = (pattern.test(&got, false), pattern.captures()) {
            prop_assert_eq!(word(&pattern.test(&got, true)), format!("={}..{}", used.start, used.end));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(
        text in prop_oneof![any::<String>(), "(text|hex|re|mask|prefix|contains)? ?[\"'/?*.a-f0-9\\\\{} 你(\\[]{0,20}"],
        got: Vec<u8>,
        charset in select(vec![Charset::UTF_8, Charset::GBK])
    ) {
        match Pattern::parse(&text, charset) {
            Ok(pattern) => for complete in [false, true] {
                if let Verdict::Match { used, .. } = pattern.test(&got, complete) {
                    prop_assert!(used.start <= used.end && used.end <= got.len());
                }
            },
            Err(problem) => drop((problem.place(), problem.input[problem.span.clone()].len())),
        }
    }
}
