use super::*;

/// Longer than a row, with zeros enough that tools put a `*`, and with text that looks like hex.
fn sample() -> Vec<u8> {
    let mut bytes = b"abcd ef".repeat(5);
    bytes.extend([0; 48]);
    bytes.extend(b"ab cd");
    bytes
}

#[track_caller]
fn gives(dump: &str, bytes: &[u8]) {
    assert_eq!(nth(&Payload::hex(dump).unwrap(), 0).unwrap(), bytes, "{dump}");
    let windows = dump.replace('\n', "\r\n");
    assert_eq!(nth(&Payload::hex(&windows).unwrap(), 0).unwrap(), bytes);
}

#[track_caller]
fn wrong(dump: &str, spot: &str, message: &str) {
    refused(Payload::hex(dump), spot, message);
}

// What the tools printed of the sample; xxd 2024-12-07, hexdump of util-linux 2.41, od of coreutils 9.7.
const XXD: &str = "\
00000000: 6162 6364 2065 6661 6263 6420 6566 6162  abcd efabcd efab
00000010: 6364 2065 6661 6263 6420 6566 6162 6364  cd efabcd efabcd
00000020: 2065 6600 0000 0000 0000 0000 0000 0000   ef.............
00000030: 0000 0000 0000 0000 0000 0000 0000 0000  ................
00000040: 0000 0000 0000 0000 0000 0000 0000 0000  ................
00000050: 0000 0061 6220 6364                      ...ab cd
";
const HEXDUMP: &str = "\
00000000  61 62 63 64 20 65 66 61  62 63 64 20 65 66 61 62  |abcd efabcd efab|
00000010  63 64 20 65 66 61 62 63  64 20 65 66 61 62 63 64  |cd efabcd efabcd|
00000020  20 65 66 00 00 00 00 00  00 00 00 00 00 00 00 00  | ef.............|
00000030  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
*
00000050  00 00 00 61 62 20 63 64                           |...ab cd|
00000058
";
const OD: &str = "\
000000 61 62 63 64 20 65 66 61 62 63 64 20 65 66 61 62  >abcd efabcd efab<
000010 63 64 20 65 66 61 62 63 64 20 65 66 61 62 63 64  >cd efabcd efabcd<
000020 20 65 66 00 00 00 00 00 00 00 00 00 00 00 00 00  > ef.............<
000030 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  >................<
*
000050 00 00 00 61 62 20 63 64                          >...ab cd<
000058
";

#[test]
fn dumps_of_real_tools() {
    for dump in [XXD, HEXDUMP, OD] {
        gives(dump, &sample());
    }
    let od_bare: String = OD.lines().map(|line| format!("{}\n", line.split("  >").next().unwrap())).collect();
    gives(&od_bare, &sample());
    let octal = od_bare.replace("0000", "00000").replace("000010 6", "0000020 6");
    assert!(Payload::hex(&octal).is_err(), "half-made octal offsets do not follow each other");
}

#[test]
fn text_that_looks_like_hex_is_no_byte() {
    let text = b"abcd ef";
    gives("00000000: 6162 6364 2065 66                        abcd ef\n", text);
    gives("00000000  61 62 63 64 20 65 66                              |abcd ef|\n00000007\n", text);
    gives("000000 61 62 63 64 20 65 66                             >abcd ef<\n000007\n", text);
    gives("0000  61 62 63 64 20 65 66   abcd ef\n", text);
    gives("00000000: 2020 6162                                  ab\n", b"  ab");
    gives("00000000: 6162 2020                                ab\n", b"ab  ");
    gives("00000000: 2020  \n", b"  ");
    gives("00000000: 7c61 7c                                  |a|\n", b"|a|");
}

#[test]
fn dumps_of_network_tools() {
    let tcpdump = "\t0x0000:  4500 0021 beef 4000 4011 7dda 7f00 0001  E..!..@.@.}.....
\t0x0010:  7f00 0001 ab12 1f90 000d fe20 31             ........... 1";
    let bytes = nth(&Payload::hex(tcpdump).unwrap(), 0).unwrap();
    assert_eq!((bytes.len(), &bytes[..2], bytes[28]), (29, &[0x45, 0][..], 0x31));
    let wireshark = "0000   c4 e3 ba c3 0a 00 00 00 00 00 00 00 00 00 00 01   ················
0010   31                                                1";
    let bytes = nth(&Payload::hex(wireshark).unwrap(), 0).unwrap();
    assert_eq!((bytes.len(), bytes[0], bytes[16]), (17, 0xc4, 0x31));
    gives("0000  c4 e3 ba c3", &[0xc4, 0xe3, 0xba, 0xc3]);
    gives("0000  c4 e3 ba c3   ....", &[0xc4, 0xe3, 0xba, 0xc3]);
}

#[test]
fn part_of_a_dump_is_one_too() {
    for dump in [XXD, HEXDUMP, OD] {
        let tail: String = dump.lines().skip(1).map(|line| format!("{line}\n")).collect();
        gives(&tail, &sample()[16..]);
        let head: String = dump.lines().take(2).map(|line| format!("{line}\n")).collect();
        gives(&head, &sample()[..32]);
    }
    gives("00000010: c4e3\n00000012: bac3", &[0xc4, 0xe3, 0xba, 0xc3]);
    gives("0000c4  e3 ba c3  ...\n", &[0xe3, 0xba, 0xc3]);
    gives("0000000 c4 e3 ba c3 0a\n0000005\n", b"\xc4\xe3\xba\xc3\n");
}

#[test]
fn a_dump_with_a_hole_is_refused() {
    let hole: String =
        XXD.lines().filter(|line| !line.starts_with("00000020")).map(|l| format!("{l}\n")).collect();
    wrong(
        &hole,
        "00000030",
        "the offset 00000030 does not follow: the bytes before it end at 0020; paste one dump, whole and as the tool",
    );
    wrong(
        &HEXDUMP.replace("*\n", ""),
        "00000050",
        "the offset 00000050 does not follow: the bytes before it end at 0040",
    );
    wrong(&HEXDUMP.replace("00000058", "00000059"), "00000059", "the offset 00000059 does not follow");
    wrong(&XXD.repeat(2), "00000000", "the offset 00000000 does not follow: the bytes before it end at 0058");
    wrong(&format!("{HEXDUMP}00000058  31  |1|\n"), "00000058", "the dump goes on after its end");
    wrong("0000  31 32\n*\n", "", "the dump ends after its *");
    wrong("0000  31 32\n*\nffffffff0\n", "ffffffff0", "with its * the dump stands for more than 64 MiB");
    wrong("0000  31 32\n*\n0005\n", "0005", "the offset 0005 does not follow");
    wrong("00000000: 3132\nhello\n", "hello", "this line of the dump has no offset");
}

#[test]
fn a_text_column_that_does_not_fit_is_refused() {
    let neither =
        "this is neither a byte nor the text of the bytes before it; paste the dump as the tool printed it";
    wrong("00000000: 6162 63  abX\n", "abX", neither);
    wrong("00000000: 6162 6364 2065 67                        abcd ef", "abcd ef", neither);
    wrong("00000000  61 62 63  |abcd|\n", "|abcd|", neither);
    wrong("00000000: 6162 6  ab", "6", "half a hex byte \"6\"; each byte needs two digits, like 06");
    // xxd -e: words in the order of the machine.
    wrong("00000000: 64636261 61666520  abcd efa\n", "abcd efa", neither);
}

#[test]
fn what_may_be_offset_or_bytes_is_refused() {
    wrong("000000 c4 e3 ba c3", "000000", "000000 may be an offset or bytes; leave the offset out");
    wrong("0000  0000  0000", "0000", "0000 may be an offset or bytes");
    let lost =
        "this looks like a dump of words, in which the order of the bytes is lost; paste the output of xxd,";
    wrong("0000000 6261 6463 6520 0066\n0000007\n", "0000000", lost);
    wrong("000000 6261 6463\n000004\n", "000000", lost);
    wrong("0000000    3464    \n0000002\n", "0000000", lost);
    wrong("0000000 142 012\n0000002\n", "0000000", lost);
    wrong(
        "00000000:     7820                              x\n",
        "7820                              x",
        "this is neither",
    );
}
