//! Lines of all kinds, as they are read.

use std::io::Write;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};

use sockscope_core::facts::Stamp;
use sockscope_core::rng::Rng;

use super::*;

/// What becomes of `input`, read to its end.
fn messages(input: &[u8], coding: Coding, eol: Eol) -> Result<Vec<Vec<u8>>, Error> {
    let (read, mut write) = io::pipe().unwrap();
    write.write_all(input).unwrap();
    drop(write);
    drain(Lines::new(File::from(OwnedFd::from(read)), "the test", coding, eol).unwrap())
}

fn drain(mut lines: Lines) -> Result<Vec<Vec<u8>>, Error> {
    let mut all = Vec::new();
    let mut batch = Batch::new();
    let mut rng = Rng::new(1);
    let mut context = Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut rng, groups: None };
    loop {
        batch.clear();
        lines.fill(&mut batch, Facts::default(), &mut context)?;
        all.extend(batch.iter().map(|m| m.bytes.to_vec()));
        if lines.ended() {
            return Ok(all);
        }
        if batch.is_empty() {
            lines.read()?;
        }
    }
}

#[test]
fn each_line_is_one_message_the_empty_one_too() {
    let all = messages(b"one\n\ntwo\r\nlast", Coding::Bytes, Eol::None).unwrap();
    assert_eq!(all, [b"one".to_vec(), b"".to_vec(), b"two\r".to_vec(), b"last".to_vec()]);
    assert_eq!(messages(b"", Coding::Bytes, Eol::None).unwrap(), Vec::<Vec<u8>>::new());
    assert_eq!(messages(b"\n", Coding::Bytes, Eol::CrLf).unwrap(), [b"\r\n"]);
    let all = messages(b"one\n\nlast", Coding::Bytes, Eol::Lf).unwrap();
    assert_eq!(all, [b"one\n".to_vec(), b"\n".to_vec(), b"last\n".to_vec()]);
    let many: Vec<_> = (0..1000).map(|number| format!("{number}")).collect();
    for eol in [Eol::None, Eol::Lf, Eol::CrLf] {
        let want: Vec<_> = many.iter().map(|line| (line.clone() + eol.text()).into_bytes()).collect();
        assert_eq!(messages((many.join("\n") + "\n").as_bytes(), Coding::Bytes, eol).unwrap(), want);
    }
}

#[test]
fn bytes_pass_unchanged_and_text_takes_the_charset() {
    let gbk = Charset::find("gbk").unwrap();
    assert_eq!(messages(b"\xff\x00\n", Coding::Bytes, Eol::None).unwrap(), [b"\xff\x00"]);
    let text = Coding::Text(gbk, Unmappable::Refuse);
    assert_eq!(messages("你好\n".as_bytes(), text, Eol::None).unwrap(), [b"\xc4\xe3\xba\xc3"]);
    let wide = Charset::find("utf-16le").unwrap();
    let text = Coding::Text(wide, Unmappable::Refuse);
    assert_eq!(messages(b"a\n", text, Eol::Lf).unwrap(), [b"a\0\n\0"]);
}

#[test]
fn notation_and_hex_are_computed_line_by_line() {
    let notation = Coding::Notation(Charset::UTF_8, Unmappable::Refuse);
    let all = messages(b"{counter}\\x01\n{counter}\n", notation, Eol::None).unwrap();
    assert_eq!(all, [b"1\x01".to_vec(), b"2".to_vec()]);
    assert_eq!(messages(b"c4 e3\n", Coding::Hex(Charset::UTF_8), Eol::None).unwrap(), [b"\xc4\xe3"]);
}

#[test]
fn a_bad_line_is_told_with_its_number_and_place() {
    let gbk = Charset::find("gbk").unwrap();
    let fails = |input: &[u8], coding| messages(input, coding, Eol::None).unwrap_err().to_string();
    assert_eq!(
        fails(b"ok\nab\xff\n", Coding::Text(gbk, Unmappable::Refuse)),
        "line 2 of the test is no UTF-8 text: byte 0xff at column 3; \
         send the bytes as they are by leaving out --encoding"
    );
    assert_eq!(
        fails("a😀\n".as_bytes(), Coding::Text(gbk, Unmappable::Refuse)),
        "line 1 of the test: gbk has no '😀' (U+1F600); \
         pass --unmappable skip or replace=?, or choose another --encoding"
    );
    assert!(fails(b"\n\nc4 e\n", Coding::Hex(gbk)).starts_with("line 3 of the test: half a hex byte"));
    let endless = vec![b'x'; LONGEST_LINE + CHUNK + 1];
    let (read, mut write) = io::pipe().unwrap();
    let writer = std::thread::spawn(move || write.write_all(&endless));
    let lines = Lines::new(File::from(OwnedFd::from(read)), "it", Coding::Bytes, Eol::None).unwrap();
    assert!(drain(lines).unwrap_err().to_string().starts_with("line 1 of it is longer than 1 MiB"));
    drop(writer.join().unwrap());
}

#[test]
fn a_person_is_told_of_a_bad_line_and_goes_on() {
    let (read, mut write) = io::pipe().unwrap();
    write.write_all(b"bad {x}\ngood\n").unwrap();
    drop(write);
    let coding = Coding::Notation(Charset::UTF_8, Unmappable::Refuse);
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let lines = Lines::new(File::from(OwnedFd::from(read)), "it", coding, Eol::None).unwrap();
    let lines = lines.asking(move |ask| {
        if let Ask::Bad(problem) = ask {
            ear.lock().unwrap().push(problem.what.clone());
        }
    });
    assert_eq!(drain(lines).unwrap(), [b"good"]);
    assert_eq!(*told.lock().unwrap(), ["unknown field \"x\""]);
}

#[test]
fn what_the_charset_lacks_is_counted() {
    let (read, mut write) = io::pipe().unwrap();
    write.write_all("a😀b\n".as_bytes()).unwrap();
    drop(write);
    let coding = Coding::Text(Charset::GBK, Unmappable::Skip);
    let mut lines = Lines::new(File::from(OwnedFd::from(read)), "it", coding, Eol::None).unwrap();
    lines.read().unwrap();
    let (mut batch, mut rng) = (Batch::new(), Rng::new(1));
    let mut context = Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut rng, groups: None };
    lines.fill(&mut batch, Facts::default(), &mut context).unwrap();
    assert_eq!(batch.message(0).bytes, b"ab");
    assert_eq!((lines.unmapped(), lines.unmapped()), (Some((1, "gbk")), None));
}
