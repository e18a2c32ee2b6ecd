use super::*;

#[track_caller]
fn wrong(notation: &str, spot: &str, message: &str) {
    refused(Payload::text(notation), spot, message);
}

#[test]
fn escapes() {
    assert_eq!(first(r"a\r\n\t\\\{\}\0\xFf\u{4f60}"), b"a\r\n\t\\{}\0\xff\xe4\xbd\xa0");
    assert_eq!(first("你好"), "你好".as_bytes());
    assert_eq!(first(r"\x0cc\01"), b"\x0cc\x001");
    assert_eq!(first(""), b"");
    assert_eq!(first(r"\u{0}"), b"\0");
}

#[test]
fn braces_of_json_need_no_escape() {
    for json in [r#"{"a":{"b":[1,{}]}}"#, "{ a }", "{1}", "{", "}", "{}", "{你}", "a{"] {
        assert_eq!(first(json), json.as_bytes());
    }
}

#[test]
fn wrong_escapes() {
    let known = r"there are \r \n \t \0 \xHH \u{4f60} \{ \}, and \\ for a backslash";
    wrong(r"ab\qc", r"\q", &format!(r"unknown escape \q; {known}"));
    wrong(r"\好", r"\好", &format!(r"unknown escape \好; {known}"));
    wrong(r"ab\", r"\", &format!("a backslash at the end; {known}"));
    wrong(r"ab\xcz", r"\xc", r#"half a hex byte "\xc"; \x takes two hex digits, like \x0c"#);
    wrong(r"ab\x", r"\x", r#"half a hex byte "\x"; "#);
    wrong(r"a\u4f60", r"\u", r"\u without braces; write the code point in hex between braces, like \u{4f60}");
    wrong(r"a\u{}", r"\u{", r#"bad code point "\\u{"; write"#);
    wrong(r"a\u{4f60", r"\u{4f60", r#"bad code point "\\u{4f60"; write"#);
    wrong(r"a\u{d800}b", r"\u{d800}", "there is no character d800; code points go up to 10ffff");
    wrong(r"\u{fffffffff}", r"\u{fffffffff}", "there is no character fffffffff");
}

#[test]
fn wrong_fields() {
    wrong("x{conter}", "conter", "unknown field \"conter\"; did you mean counter, or \\{ for a brace?");
    wrong("{crc16-modbs:le}", "crc16-modbs", "unknown field \"crc16-modbs\"; did you mean crc16-modbus, or");
    wrong("{abc: 1}", "abc", "unknown field \"abc\"; ");
    wrong(
        "{function}",
        "function",
        "unknown field \"function\"; there are counter, time, random, len, group and",
    );
    wrong("{CHECKSUM}", "CHECKSUM", "unknown field \"CHECKSUM\"");
    wrong("a{len", "{len", "the field \"{len\" does not end; close it with }, or \\{ for a brace");
}

#[test]
fn plain_text_and_bytes_have_no_notation() {
    let text = "{len}\\n\0\u{7f}好";
    assert_eq!(nth(&Payload::plain(text), 0).unwrap(), text.as_bytes());
    assert_eq!(nth(&Payload::bytes(vec![0, b'{', 0xff]), 0).unwrap(), [0, b'{', 0xff]);
    assert!(Payload::plain("").is_empty() && Payload::bytes(vec![]).is_empty());
}

#[test]
fn what_was_written_otherwise_prints_in_text_notation() {
    assert_eq!(Payload::plain("a\\{b}{1\0\n\u{202e}好{").to_string(), r"a\\\{b}{1\u{0}\n\u{202e}好\{");
    assert_eq!(Payload::hex("00 c4 {crc32} 31").unwrap().to_string(), r"\0\xc4{crc32-iso-hdlc:be}\x31");
    assert_eq!(Payload::plain("a\0"), Payload::text(r"a\u{0}").unwrap());
    assert_ne!(Payload::plain("a\0"), Payload::text(r"a\0").unwrap());
}

#[test]
fn the_line_end_is_part_of_the_message() {
    let payload = Payload::text("{len:all}").unwrap();
    let template = payload.compile(Charset::UTF_8, &Unmappable::Refuse, Eol::CrLf).unwrap();
    let mut out = Vec::new();
    let mut context =
        Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut Rng::new(0), groups: None };
    template.render(&mut context, &mut out).unwrap();
    assert_eq!(out, b"3\r\n");
    assert!(!template.is_fixed());
    let fixed = Payload::plain("a").compile(Charset::UTF_8, &Unmappable::Refuse, Eol::Lf).unwrap();
    assert!(fixed.is_fixed());
    assert_eq!(fixed.unmapped(), 0);
}
