//! `sockscope text`: text to bytes of a charset and back.

mod common;

use common::sockscope;
use sockscope_testkit::program::Program;

fn text(args: &[&str], input: &[u8]) -> sockscope_testkit::program::Finished {
    Program::fed(&mut sockscope(&[&["text"], args].concat()), input)
}

#[test]
fn text_and_bytes_of_every_kind() {
    for (args, input, want) in [
        (&["--to", "gbk", "--hex", "你好"][..], &b""[..], &b"c4 e3 ba c3\n"[..]),
        (&["--to", "utf-8", "--hex", "你好"], b"", b"e4 bd a0 e5 a5 bd\n"),
        (&["--to", "gbk", "你好"], b"", b"\xc4\xe3\xba\xc3"),
        (&["--from", "gbk", "--hex", "c4 e3"], b"", "你\n".as_bytes()),
        (&["--from", "gbk", "--hex", "c4e3bac3"], b"", "你好\n".as_bytes()),
        (&["--from", "gbk"], b"\xc4\xe3\xba\xc3", "你好\n".as_bytes()),
        (&["--from", "gbk", "--to", "big5"], b"\xc4\xe3", b"\xa7A"),
        (&["--to", "utf-16le", "--hex"], "你".as_bytes(), b"60 4f\n"),
        (&["--to", "gbk", "--unmappable", "skip", "--hex", "a😀b"], b"", b"61 62\n"),
        (&["--to", "gbk", "--unmappable", "replace=?", "--hex", "a😀b"], b"", b"61 3f 62\n"),
    ] {
        let told = text(args, input).expect(0);
        assert_eq!(told.out, want, "{args:?}: {}", told.text());
    }
}

#[test]
fn what_was_skipped_is_told() {
    let told = text(&["--to", "gbk", "--unmappable", "skip", "--hex", "a😀b😀"], b"").expect(0);
    assert_eq!(told.err, "2 characters that gbk lacks were skipped or replaced\n");
    let told = text(&["--to", "gbk", "--unmappable", "skip", "--hex", "a😀b"], b"").expect(0);
    assert_eq!(told.err, "1 character that gbk lacks was skipped or replaced\n");
}

#[test]
fn bytes_that_do_not_decode_are_shown_and_are_a_no() {
    let told = text(&["--from", "gbk", "--hex", "c4 e3 ff 41"], b"").expect(1);
    assert_eq!(told.text(), "你\\xffA\n");
    assert!(told.err.contains("1 byte is not gbk"), "{}", told.err);
    let told = text(&["--from", "utf-8", "--hex", "ff fe"], b"").expect(1);
    assert_eq!(told.text(), "\\xff\\xfe\n");
    assert!(told.err.contains("2 bytes are not utf-8"), "{}", told.err);
}

#[test]
fn all_charsets_are_listed_and_each_is_found_by_its_name() {
    let list = text(&["--list"], b"").expect(0).text();
    let names: Vec<&str> = list.lines().filter(|line| !line.starts_with(' ')).collect();
    assert!(names.len() > 30, "{list}");
    for line in names {
        let name = line.split_whitespace().next().unwrap();
        let hex = text(&["--to", name, "--hex", "1"], b"").expect(0).text();
        assert_eq!(text(&["--from", name, "--hex", hex.trim()], b"").expect(0).text(), "1\n", "{name}");
    }
}
