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

/// Bytes of every value, a last line that is not full among them.
fn all_bytes() -> Vec<u8> {
    (0..=255).chain(*b"and more").collect()
}

#[test]
fn a_dump_shows_the_bytes_of_a_file_an_argument_and_a_charset() {
    let told = text(&["--dump"], &all_bytes()).expect(0).text();
    assert!(
        told.starts_with("00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  |................|\n"),
        "{told}"
    );
    assert!(told.ends_with("|and more|\n00000108\n"), "{told}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bytes");
    std::fs::write(&file, all_bytes()).unwrap();
    assert_eq!(text(&["--dump", "--file", file.to_str().unwrap()], b"").expect(0).text(), told);
    let want = "00000000  c4 e3 ba c3                                       |....|\n00000004\n";
    assert_eq!(text(&["--to", "gbk", "--dump", "你好"], b"").expect(0).text(), want);
    assert_eq!(text(&["--dump"], b"").expect(0).text(), "");
}

#[test]
fn a_dump_of_text_is_refused_with_what_to_say() {
    let told = text(&["--from", "gbk", "--dump", "x"], b"").expect(2);
    assert!(told.err.contains("say as well which bytes"), "{}", told.err);
    text(&["--dump", "--hex", "61"], b"").expect(2);
    text(&["--dump", "--file", "/nowhere/at/all"], b"").expect(2);
}

#[test]
fn a_long_text_is_decoded_whole() {
    let line = "你好，世界。Ω and so on 朙\n";
    let mut bytes = Vec::new();
    let gbk = text(&["--to", "gbk", line], b"").expect(0).out;
    (0..40_000).for_each(|_| bytes.extend_from_slice(&gbk));
    bytes.extend_from_slice(b"\xff\xc4");
    let told = text(&["--from", "gbk"], &bytes).expect(1);
    assert!(told.err.contains("2 bytes are not gbk"), "{}", told.err);
    assert!(told.text() == line.repeat(40_000) + "\\xff\\xc4\n");
}
