use super::*;
use crate::checksum::Algorithm;
use crate::payload::field_help;

#[track_caller]
fn text(notation: &str) -> String {
    String::from_utf8(first(notation)).unwrap()
}

#[track_caller]
fn wrong(notation: &str, spot: &str, message: &str) {
    let result = Payload::text(notation).and_then(|payload| nth(&payload, 0));
    refused(result, spot, message);
}

#[test]
fn every_example_of_the_help_works() {
    assert_eq!(field_help().count(), 6);
    for help in field_help() {
        let name = if help.name == "CHECKSUM" { "crc16-modbus" } else { help.name };
        assert!(help.example.starts_with(&format!("{{{name}")), "{}", help.example);
        assert!(!first(&format!("123{}", help.example)).is_empty());
    }
}

#[test]
fn every_checksum_is_a_field() {
    for algorithm in Algorithm::all() {
        let message = first(&format!("123456789{{{}:be}}", algorithm.name()));
        let value = message[9..].iter().fold(0, |value, &byte| value << 8 | u128::from(byte));
        assert_eq!(message.len(), 9 + algorithm.width_bytes(), "{algorithm:?}");
        assert_eq!(value, algorithm.compute(b"123456789"), "{algorithm:?}");
    }
}

#[test]
fn counters() {
    let at = |notation: &str, n| nth(&Payload::text(notation).unwrap(), n).unwrap();
    assert_eq!(at("{counter}", 0), b"1");
    assert_eq!(at("{counter}", 99), b"100");
    assert_eq!(at("{counter:from=0,step=10}", 3), b"30");
    assert_eq!(at("{counter:05}", 41), b"00042");
    assert_eq!(at("{counter:03}", 12345), b"12346");
    assert_eq!(at("{counter:hex}", 254), b"ff");
    assert_eq!(at("{counter:HEX, 04}", 254), b"00FF");
    assert_eq!(at("{counter:u16be}", 0x1233), [0x12, 0x34]);
    assert_eq!(at("{counter:u32le,from=10}", 0), [10, 0, 0, 0]);
    assert_eq!(at("{counter:le,u16}", 0), [1, 0]);
    assert_eq!(at("{counter:u16le,hex}", 0), b"0100");
    assert_eq!(at("{counter:u8}", 255), [0], "goes round");
    assert_eq!(at("{counter:from=18446744073709551615}", 1), b"0", "goes round");
}

#[test]
fn times() {
    assert_eq!(text("{time}"), "2009-02-14T07:31:30.987+08:00");
    assert_eq!(text("{time:%H:%M:%S}"), "07:31:30");
    assert_eq!(text("{time:%d, %b 时}"), "14, Feb 时");
    assert_eq!(text("{time:unix}"), "1234567890");
    assert_eq!(text("{time:unix-ms}"), "1234567890987");
    assert_eq!(text("{time:unix-us}"), "1234567890987654");
    assert_eq!(text("{time:unix-ns}"), "1234567890987654321");
    assert_eq!(first("{time:unix,u32be}"), 1_234_567_890u32.to_be_bytes());
    assert_eq!(first("{time:unix-us,u64le}"), 1_234_567_890_987_654u64.to_le_bytes());
}

#[test]
fn random_bytes_come_from_the_generator() {
    let payload = Payload::text("{random:9}{random:3}").unwrap();
    let mut wanted = [0; 12];
    let mut rng = Rng::new(1);
    rng.fill(&mut wanted[..9]);
    rng.fill(&mut wanted[9..]);
    assert_eq!(nth(&payload, 0).unwrap(), wanted);
    assert_eq!(first("{random:65507}").len(), 65507);
}

#[test]
fn groups_are_the_bytes_that_came() {
    assert_eq!(first("<{group:1}>{group:0}{group:value}{len:before}"), b"<\xff>a=\xff\xff7");
    assert_eq!(nth(&Payload::hex("01 {group:1} 02 {sum8}").unwrap(), 0).unwrap(), [1, 0xff, 2, 2]);
    wrong("a{group:2}", "{group:2}", "the pattern has no group 2; a rule or a script's re captures them");
    wrong("{group}", "{group", "a group field needs a number or a name; say which, as in {group:1}");
    wrong("{group:a b}", "a b", "\"a b\" is no name of a group");
    wrong("{group:99999999999999999999}", "99999999999999999999", "99999999999999999999 is more than");
    let template = Payload::text("{group:1}").unwrap();
    let template = template.compile(Charset::UTF_8, &Unmappable::Refuse, Eol::None).unwrap();
    assert!(template.varies() && !template.is_random());
    let mut context =
        Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut Rng::new(0), groups: None };
    let absent = template.render(&mut context, &mut Vec::new());
    refused(absent, "{group:1}", "there is no pattern whose groups could be put in here");
}

#[test]
fn lengths() {
    assert_eq!(text("ab{len}cde"), "ab3cde");
    assert_eq!(text("ab{len:before}cde"), "ab2cde");
    assert_eq!(text("ab{len:all}cde"), "ab6cde");
    assert_eq!(text("ab{len:0..3}cde"), "ab3cde");
    assert_eq!(text("ab{len:2..}cde"), "ab4cde");
    assert_eq!(text("ab{len:..1}cde"), "ab1cde");
    assert_eq!(text("{len:04}\r\n好"), "0005\r\n好");
    assert_eq!(text(r"{len:hex}:0123456789abcdef"), "11:0123456789abcdef");
    assert_eq!(first("{len:u16be}abc"), b"\0\x03abc");
    assert_eq!(first("{len:u32le,all}abc"), b"\x07\0\0\0abc");
    assert_eq!(first("{len:u8,HEX}{counter:from=0123456789}"), b"09123456789");
}

#[test]
fn a_length_counts_its_own_digits() {
    assert_eq!(text("{len:all}12345678"), "912345678");
    assert_eq!(text("{len:all}123456789"), "11123456789");
    assert_eq!(text("{len:all}{len:all}{len:all}1234567"), "1313131234567");
    let long = text(&format!("{{len:all}}{}", "x".repeat(98)));
    assert_eq!(long.len(), 101);
    assert!(long.starts_with("101x"));
    let both = text(&format!("{{len}} {{counter:from=99}} {{len:before}} {}", "x".repeat(4)));
    assert_eq!(both, "10 99 6 xxxx");
}

#[test]
fn checksums() {
    assert_eq!(first("123456789{crc16-modbus}"), b"123456789\x37\x4b");
    assert_eq!(first("123456789{crc16-modbus:be}"), b"123456789\x4b\x37");
    assert_eq!(first("123456789{crc16-modbus:hex}"), b"1234567894b37");
    assert_eq!(first("123456789{CRC16-Modbus:le,HEX}"), b"123456789374B");
    assert_eq!(first("x123456789{crc32:le,1..}"), b"x123456789\x26\x39\xf4\xcb");
    assert_eq!(first("$GPGLL{xor8:HEX,1..}"), b"$GPGLL50");
    assert_eq!(first("8=FIX\\x01{sum8:dec}"), b"8=FIX\x01093");
    assert_eq!(first("{sum8:after}\\x01\\x02"), [3, 1, 2]);
    assert_eq!(first(":{lrc:HEX,after}\\xf7"), b":09\xf7");
}

#[test]
fn lengths_come_before_checksums_and_these_from_left_to_right() {
    assert_eq!(first("{sum8:all}{len:u8,all}\\x10"), [0x13, 3, 0x10]);
    assert_eq!(first("\\x01{sum8:all}{sum8:all}"), [1, 1, 2]);
    let ip = "45 00 0073 0000 4000 40 11 {inet:0..20} c0a80001 c0a800c7";
    let header = nth(&Payload::hex(ip).unwrap(), 0).unwrap();
    assert_eq!(header[10..12], [0xb8, 0x61], "the header of RFC 1071's usual example");
}

#[test]
fn a_template_goes_on_after_what_out_holds() {
    let payload = Payload::text("{counter}:{len:all}:{crc8};").unwrap();
    let template = payload.compile(Charset::UTF_8, &Unmappable::Refuse, Eol::None).unwrap();
    let mut out = Vec::new();
    let mut rng = Rng::new(0);
    for counter in 0..3 {
        let mut context = Context { counter, time: Stamp(0), utc_offset_s: 0, rng: &mut rng, groups: None };
        template.render(&mut context, &mut out).unwrap();
    }
    let apart: Vec<u8> = (0..3).flat_map(|counter| nth(&payload, counter).unwrap()).collect();
    assert_eq!(out, apart);
}

#[test]
fn more_fields_than_are_kept_near() {
    assert_eq!(text(&"{len:all}".repeat(20)), "40".repeat(20));
}

#[test]
fn wrong_options() {
    wrong("{counter:u24}", "u24", "unknown option \"u24\"; this field takes from=N; step=N; u8, u16,");
    wrong("{counter:u16be, fro=1}", "fro=1", "unknown option \"fro=1\"");
    wrong("{counter:before}", "before", "unknown option \"before\"");
    wrong("{counter:from=-1}", "from=-1", "\"-1\" is not a whole number");
    wrong(
        "{counter:from=99999999999999999999}",
        "from=99999999999999999999",
        "99999999999999999999 is more than",
    );
    wrong("{counter:u8,from=256}", "u8,from=256", "the first number 256 does not fit into its width");
    wrong("{counter:u8,u16}", "u16", "\"u16\" says a second time what an option before it said");
    wrong("{counter:be}", "be", "a byte order needs a width; write it as u16be or u32le");
    wrong("{counter:05,u16}", "05,u16", "a width in bytes and one in digits exclude each other");
    wrong("{len:u16,dec}", "u16,dec", "decimal digits have no width in bytes; give a width in digits");
    wrong("{counter:00}", "00", "00 is no number of digits");
    wrong("{counter:033}", "033", "033 is more than 32 digits");
    wrong("{counter:u8,}", "", "unknown option \"\"");
    wrong(
        "{lrc:u8}",
        "u8",
        "unknown option \"u8\"; this field takes before, after, all or a range such as 0..4;",
    );
    wrong("{lrc:dec,be}", "dec,be", "decimal digits have no byte order; leave out be or le");
    wrong("{len:5..3}", "5..3", "the range 5..3 ends before it begins");
    wrong("{random}", "{random", "a random field needs a length; say how many random bytes, 1 to 65507");
    wrong("{random:0}", "0", "0 random bytes are out of range; say how many");
    wrong("{random:65508}", "65508", "65508 random bytes are out of range");
    wrong("{random:x}", "x", "\"x\" is not a whole number");
    wrong("{time:unix-sec}", "unix-sec", "unknown time form \"unix-sec\"; choose unix, unix-ms");
    wrong("{time:unix,zz}", "zz", "unknown option \"zz\"");
    wrong("{time:%H:%!}", "%H:%!", "bad time format \"%H:%!\": ");
    wrong("{time:100%}", "100%", "bad time format \"100%\": ");
}

#[test]
fn what_cannot_be_filled_in_is_told_before_the_first_send_if_it_can_be() {
    let early = |notation: &str, spot: &str, message: &str| {
        let payload = Payload::text(notation).unwrap();
        refused(payload.compile(Charset::UTF_8, &Unmappable::Refuse, Eol::None), spot, message);
    };
    early(
        "ab{crc32:4..9}",
        "{crc32:4..9}",
        "{crc32-iso-hdlc:be,4..9} covers bytes 4..9 of a message of 6 bytes; choose a range inside the message",
    );
    early("ab{sum8:4..}", "{sum8:4..}", "{sum8:be,4..} covers bytes 4..3 of a message of 3 bytes");
    early("{len:u8}{random:256}", "{len:u8}", "256 does not fit into u8; choose a wider one, up to u64");
    early("{time:unix-ms,u32}", "{time:unix-ms,u32}", "1800000000000 does not fit into u32");
}

#[test]
fn what_depends_on_the_send_is_told_at_the_send() {
    let payload = Payload::text("{counter:from=9}{sum8:..2}").unwrap();
    assert_eq!(nth(&payload, 1).unwrap(), [b'1', b'0', 0x61]);
    assert_eq!(nth(&payload, 0).unwrap(), [b'9', 0x39]);
    let payload = Payload::text("{counter:from=9}{sum8:..3}").unwrap();
    refused(nth(&payload, 0), "{sum8:..3}", "{sum8:be,0..3} covers bytes 0..3 of a message of 2 bytes");
    let template = Payload::text("{time}").unwrap();
    let template = template.compile(Charset::UTF_8, &Unmappable::Refuse, Eol::None).unwrap();
    let mut context =
        Context { counter: 0, time: Stamp(0), utc_offset_s: i32::MAX, rng: &mut Rng::new(0), groups: None };
    refused(template.render(&mut context, &mut Vec::new()), "{time}", "the time cannot be written so: ");
}
