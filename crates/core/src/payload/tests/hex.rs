use super::*;

#[track_caller]
fn wrong(hex: &str, spot: &str, message: &str) {
    refused(Payload::hex(hex), spot, message);
}

#[track_caller]
fn gives(hex: &str, bytes: &[u8]) {
    assert_eq!(nth(&Payload::hex(hex).unwrap(), 0).unwrap(), bytes, "{hex:?}");
}

#[test]
fn every_spelling() {
    for hex in [
        "c4 e3",
        "C4:e3",
        "c4-E3",
        "c4,e3",
        "c4, e3",
        "0xc4,0xe3",
        "{0xC4, 0xE3}",
        "{ 0xC4, 0xE3, };",
        "{c4, e3}",
        "{c4e3}",
        "{{c4}, {e3}}",
        r"\xc4\xe3",
        "c4e3",
        "0xc4e3",
        "0Xc4 0xE3",
        "\tc4\r\n  e3\n",
        "c4\u{a0}e3",
        "c4 \\xe3",
    ] {
        gives(hex, &[0xc4, 0xe3]);
    }
    gives("", b"");
    gives(" \n", b"");
    gives("{}", b"");
}

#[test]
fn groups_that_are_no_dump() {
    gives("c4e3  bac3", &[0xc4, 0xe3, 0xba, 0xc3]);
    gives("0000", &[0, 0]);
    gives("00000000 0a0b0c0d", &[0, 0, 0, 0, 10, 11, 12, 13]);
    gives("000000 010203", &[0, 0, 0, 1, 2, 3]);
    gives("000102 03 04", &[0, 1, 2, 3, 4]);
    gives("0001 0203\n0405 0607", &[0, 1, 2, 3, 4, 5, 6, 7]);
    gives("c4e3\nbac3", &[0xc4, 0xe3, 0xba, 0xc3]);
    gives("0000 0000", &[0; 4]);
    gives("2001:0db8:0000:0001", &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 1]);
}

#[test]
fn fields_stand_between_bytes() {
    gives("01 03 00 00 00 0a {crc16-modbus}", &[1, 3, 0, 0, 0, 10, 0xc5, 0xcd]);
    gives("{len:u16be}{c4, e3}", &[0, 2, 0xc4, 0xe3]);
    gives("{counter:u8}ff", &[1, 255]);
    wrong("00 {crc16-modbuz}", "crc16-modbuz", "unknown field \"crc16-modbuz\"; did you mean crc16-modbus?");
    wrong("00 {len", "{len", "the field \"{len\" does not end; close it with }");
}

#[test]
fn wrong_hex() {
    wrong("c4 c", "c", "half a hex byte \"c\"; each byte needs two digits, like 0c");
    wrong("c4e", "e", "half a hex byte \"e\"; each byte needs two digits, like 0e");
    wrong("c4 0x5, 0x6", "5", "half a hex byte \"5\"");
    wrong("c4 g0", "g", "'g' is no hex digit; a byte is two digits of 0-9 and a-f, like 0c");
    wrong("c4 好", "好", "'好' is no hex digit");
    wrong("c4 0x, e3", "0x", "0x without digits; write two hex digits behind it");
    wrong(r"\x", r"\x", r"\x without digits");
    wrong(r"\n", r"\", r"'\\' is no hex digit");
    wrong("c4,, e3", ",", "no byte between two commas; leave one out");
    wrong("{c4, e3", "{", "this brace is not closed; close it with }");
    wrong("c4 }", "}", "this brace closes nothing; leave it out");
}
