//! Streams from the documents of each framing, and what comes of them.

use std::time::Duration;

use super::*;
use crate::facts::{Clock, Stamp};

#[test]
fn every_row_does_what_its_example_says() {
    for spec in FRAMINGS {
        let framing = framing(spec.example);
        assert_eq!(framing.to_string(), spec.example);
        assert_eq!(framing.kind.name(), spec.name);
        assert!(spec.example.starts_with(spec.name) && spec.syntax.starts_with(spec.name));
        let mut wire = Vec::new();
        framing.wrap(spec.content, &mut wire).unwrap();
        assert_eq!(wire, spec.wire, "{}", spec.name);
        let frame = Frame { wire: wire.len() as u32, flaw: None, checked: false };
        assert_eq!(
            cut_all(&framing, [spec.wire]),
            (vec![(spec.content.to_vec(), frame)], 0),
            "{}",
            spec.name
        );
        assert_eq!(framing.is_guess(), spec.name == "quiet");
    }
}

#[test]
fn every_row_is_in_order() {
    for (i, spec) in FRAMINGS.iter().enumerate() {
        assert!(FRAMINGS[..i].iter().all(|other| other.name != spec.name), "{} twice", spec.name);
        assert!(spec.help.len() > 10 && !spec.help.contains('\n') && !spec.help.ends_with('.'));
        assert!(Framing::parse(&format!("{}:\u{0}", spec.name)).is_err(), "{}", spec.name);
    }
}

#[test]
fn lines() {
    let crlf = |text| cut(text, b"a\r\nb\n\r\r\n\n");
    let good = |contents: &[&str]| contents.iter().map(|c| ((*c).to_owned(), "")).collect::<Vec<_>>();
    assert_eq!(crlf("line"), good(&["a", "b", "\\r", ""]));
    assert_eq!(crlf("line:lf"), good(&["a\\r", "b", "\\r\\r", ""]));
    let mut both = good(&["a", "b\\n\\r"]);
    both.push(("\\n".to_owned(), "unfinished"));
    assert_eq!(crlf("line:crlf"), both);
}

#[test]
fn lengths() {
    for (text, stream) in [
        ("length:width=1", &b"\x02ab\x00\x01c"[..]),
        ("length:width=2", b"\x00\x02ab\x00\x00\x00\x01c"),
        ("length:width=2,little", b"\x02\x00ab\x00\x00\x01\x00c"),
        ("length:width=3,including", b"\x00\x00\x05ab\x00\x00\x03\x00\x00\x04c"),
        ("length:width=4,adjust=-1", b"\x00\x00\x00\x03ab\x00\x00\x00\x01\x00\x00\x00\x02c"),
        (
            "length:width=8,little,adjust=1",
            b"\x01\0\0\0\0\0\0\0ab\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0c",
        ),
        ("varint", b"\x02ab\x80\x00\x81\x80\x00c"),
        ("netstring", b"2:ab,0:,1:c,"),
    ] {
        if text.contains("adjust=1") {
            // 2^64 - 1 and 1 are 2^64, not 0: nothing wraps around.
            assert_eq!(
                cut(text, stream)[..2],
                [("ab".into(), ""), ("\\xff".repeat(8), "too_long")],
                "{text}"
            );
            continue;
        }
        assert_eq!(cut(text, stream), [("ab".into(), ""), (String::new(), ""), ("c".into(), "")], "{text}");
    }
    let kept = cut("length:offset=1,width=1,including", b"A\x02B\x04ab");
    assert_eq!(kept, [("A\\x02".into(), ""), ("B\\x04ab".into(), "")]);
    let kept = cut("length:width=1,keep", b"\x00\x02ab");
    assert_eq!(kept, [("\\x00".into(), ""), ("\\x02ab".into(), "")]);
}

#[test]
fn slip_as_in_rfc_1055() {
    let (frames, held) = cut_all(&framing("slip"), [&b"\xc0\xc0a\xdb\xdc\xdb\xddb\xc0\xc0c\xc0\xc0\xc0"[..]]);
    let seen: Vec<_> = frames.iter().map(|(content, frame)| (&content[..], frame.wire)).collect();
    assert_eq!(seen, [(&b"a\xc0\xdbb"[..], 9), (b"c", 3)]);
    assert_eq!(held, 2, "ends without a frame");
}

#[test]
fn cobs_as_in_the_paper() {
    let long: Vec<u8> = (1..=254).collect();
    let longer: Vec<u8> = (0..=255).collect();
    for (content, wire) in [
        (&b""[..], b"\x01\0".to_vec()),
        (b"\0", b"\x01\x01\0".to_vec()),
        (b"\0\0", b"\x01\x01\x01\0".to_vec()),
        (b"\0\x11\0", b"\x01\x02\x11\x01\0".to_vec()),
        (b"\x11\x22\0\x33", b"\x03\x11\x22\x02\x33\0".to_vec()),
        (&long, [&[0xff], &long[..], &[0]].concat()),
        (&longer, [&[1, 0xff], &long[..], &[2, 0xff, 0]].concat()),
    ] {
        let mut sent = Vec::new();
        framing("cobs").wrap(content, &mut sent).unwrap();
        assert_eq!(sent, wire);
        assert_eq!(cut_all(&framing("cobs"), [&wire[..]]).0[0].0, content);
    }
    let padded = [&[0xff], &long[..], &[1, 0]].concat();
    assert_eq!(
        cut_all(&framing("cobs").with_max(254), [&padded[..]]).0[0].0,
        long,
        "with an empty last block"
    );
}

#[test]
fn quiet_goes_by_pauses() {
    let mut cutter = Cutter::new(Arc::new(framing("quiet:20ms")));
    let at = |ms: u64| Moment(0) + Duration::from_millis(ms);
    let facts = |ms: u64| Facts { time: Some((Stamp(ms), Clock::Kernel)), ..Facts::default() };
    let mut out = Batch::new();
    assert_eq!(cutter.wakeup(), None);
    cutter.cut(at(0), b"ab", &facts(0), &mut out);
    cutter.cut(at(19), b"c", &facts(19), &mut out);
    assert_eq!((out.len(), cutter.wakeup(), cutter.held()), (0, Some(at(39)), 3));
    cutter.due(at(38), &mut out);
    assert!(out.is_empty());
    // A chunk that comes late is as good as a timer.
    cutter.cut(at(39), b"d", &facts(39), &mut out);
    assert_eq!(
        (out.len(), out.message(0).bytes, out.message(0).facts.time),
        (1, &b"abc"[..], facts(19).time)
    );
    cutter.due(at(59), &mut out);
    assert_eq!((out.len(), out.message(1).bytes, out.message(1).facts.time), (2, &b"d"[..], facts(39).time));
    assert_eq!((cutter.wakeup(), cutter.held()), (None, 0));
    cutter.cut(at(90), b"e", &facts(90), &mut out);
    cutter.end(&mut out);
    let last = Frame { wire: 1, flaw: None, checked: false };
    assert_eq!((out.message(2).bytes, out.message(2).facts.frame), (&b"e"[..], Some(last)));
}

#[test]
fn a_frame_has_the_facts_of_the_chunk_that_completed_it() {
    let mut cutter = Cutter::new(Arc::new(framing("line")));
    let facts = |ttl| Facts { ttl: Some(ttl), ..Facts::default() };
    let mut out = Batch::new();
    cutter.cut(Moment(0), b"a", &facts(1), &mut out);
    cutter.cut(Moment(0), b"b\nc\nd", &facts(2), &mut out);
    cutter.end(&mut out);
    let seen: Vec<_> = out.iter().map(|m| (m.bytes, m.facts.ttl, m.facts.frame.unwrap().wire)).collect();
    assert_eq!(seen, [(&b"ab"[..], Some(2), 3), (b"c", Some(2), 2), (b"d", Some(2), 1)]);
}

#[test]
fn checks() {
    // The frame of the Modbus specification's own example.
    let modbus = framing("quiet:20ms,check=crc16-modbus");
    let mut wire = Vec::new();
    modbus.wrap(b"\x02\x07", &mut wire).unwrap();
    assert_eq!(wire, b"\x02\x07\x41\x12");
    let good = Frame { wire: 4, flaw: None, checked: true };
    assert_eq!(cut_all(&modbus, [&wire[..]]).0, [(b"\x02\x07".to_vec(), good)]);
    let (frames, _) = cut_all(&modbus, [&b"\x03\x07\x41\x12"[..]]);
    let flaw = frames[0].1.flaw.unwrap();
    assert_eq!(frames[0].0, b"\x03\x07\x41\x12");
    assert_eq!(flaw.to_string(), "check 0x1241 is wrong, the content has 0x8240");
    let Flaw::BadCheck { expected, got } = flaw else { panic!("{flaw:?}") };
    assert_eq!((expected.value(), got.value()), (0x8240, 0x1241));
    assert_eq!(cut("quiet:20ms,check=crc16-modbus", b"\x12"), [("\\x12".into(), "no_check")]);

    // A sentence of NMEA 0183: the check covers what is between $ and *, of which the * is left in.
    let nmea = "line:crlf,check=xor8:HEX:skip=1";
    assert_eq!(
        cut(nmea, b"$GP1A\r\n$gp1a\r\n$GP17\r\n$GPxx\r\n1A\r\n"),
        [
            ("$GP1A".into(), "bad_check"),
            ("$gp1a".into(), "bad_check"),
            ("$GP".into(), ""),
            ("$GPxx".into(), "no_check"),
            ("1A".into(), "no_check"),
        ]
    );
    assert_eq!(cut("fixed:6,check=crc16-modbus:be:hex", b"\x02\x071241"), [("\\x02\\x07".into(), "")]);
    assert_eq!(cut("fixed:6,check=crc16-modbus:hex", b"\x02\x074112"), [("\\x02\\x07".into(), "")]);
}

#[test]
fn the_canonical_form() {
    for (text, canonical) in [
        ("line:any", "line"),
        ("delimiter:'\\r\\n\\0'", "delimiter:0d0a00"),
        ("delimiter:','", "delimiter:2c"),
        ("delimiter:0x0D 0x0A", "delimiter:0d0a"),
        ("fixed:008", "fixed:8"),
        ("length:width=2,offset=4,big,adjust=0", "length:offset=4,width=2"),
        ("length:adjust=-4,width=4", "length:width=4,including"),
        ("length:including,adjust=+2,width=4", "length:width=4,adjust=-2"),
        ("length:offset=2,keep,width=2", "length:offset=2,width=2"),
        ("quiet:0.02s", "quiet:20ms"),
        ("slip:max=4096,check=CRC32", "slip:check=crc32-iso-hdlc,max=4KiB"),
        ("line:max=1MiB,crlf", "line:crlf"),
    ] {
        assert_eq!(framing(text).to_string(), canonical, "{text}");
    }
    assert_eq!(
        framing("line").with_max(7).with_check(Check::parse("bcc").unwrap()),
        framing("line:check=xor8,max=7")
    );
}

#[test]
fn bad_framings_are_told_with_their_place() {
    let told = |text: &str| {
        let problem = Framing::parse(text).unwrap_err();
        format!("{problem}\n{}", problem.place().unwrap_or_default())
    };
    assert_eq!(
        told("lines"),
        "unknown framing \"lines\"; did you mean line? framings: line delimiter fixed length varint slip cobs \
         netstring quiet\n  lines\n  ^^^^^"
    );
    assert_eq!(
        told("varint:big"),
        "unknown option \"big\"; write varint; check=NAME and max=SIZE go with all\n  varint:big\n         ^^^"
    );
    assert_eq!(
        told("length:width=5"),
        "no length has \"5\" bytes; write 1, 2, 3, 4 or 8\n  length:width=5\n               ^"
    );
    assert_eq!(
        told("quiet:20mx"),
        "unknown unit \"mx\"; write one of ns us ms s m h\n  quiet:20mx\n          ^^"
    );
    assert_eq!(
        told("line:check=crc16-modbu:be"),
        "unknown checksum \"crc16-modbu\"; did you mean crc16-modbus?\n  line:check=crc16-modbu:be\n             \
         ^^^^^^^^^^^"
    );
    assert!(
        told("delimiter:'你'").ends_with("  delimiter:'你'\n             ^^"),
        "{}",
        told("delimiter:'你'")
    );
    assert!(told("delimiter:0d0").contains("half a hex byte"), "{}", told("delimiter:0d0"));
    for (text, what) in [
        ("delimiter", "the bytes of the delimiter are missing; write delimiter:HEX or delimiter:'TEXT'"),
        ("delimiter:''", "a delimiter of 0 bytes cannot be; write 1 to 64 bytes"),
        ("delimiter:'a", "a quote is not closed; "),
        ("delimiter:'{counter}'", "a delimiter has no fields; write \\{ for a brace"),
        ("fixed:0", "\"0\" is not a number of bytes; write a whole number from 1 to 1073741824"),
        ("fixed:+1", "\"+1\" is not a number of bytes; "),
        ("length:offset=4", "the width of the length is missing; "),
        ("length:width=2,width=4", "\"width=4\" comes after \"width=2\"; give it once"),
        ("length:width=2,big,little", "a length has one byte order, not two; "),
        ("quiet:0s", "a pause of no length parts nothing; write one like 20ms"),
        ("line:max=2GiB", "a maximum of 2GiB cannot be; write 1 to 1GiB"),
        ("line:check=xor8:le:be", "\"be\" says a second time what an option before it said; "),
        ("line:check=xor8:skip=x", "\"x\" is not a number of bytes to leave out; write 0 to 65535"),
        ("line:", "unknown option \"\"; "),
    ] {
        assert!(told(text).starts_with(what), "{text}: {}", told(text));
    }
}
