//! What a framing sends, and what it refuses to.

use super::*;

fn wrapped(text: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = b"kept".to_vec();
    let result = framing(text).wrap(payload, &mut out);
    assert_eq!(out[..4], *b"kept");
    assert!(result.is_ok() || out.len() == 4, "an error leaves nothing behind");
    result.map(|()| out.split_off(4)).map_err(|problem| problem.to_string())
}

#[test]
fn payloads_that_would_not_come_back_are_refused() {
    for (text, payload, problem) in [
        (
            "line",
            &b"a\nb"[..],
            "line would end the frame early, at byte 1 in the payload; leave it out, or use a framing with a length",
        ),
        (
            "line",
            b"a\r",
            "a carriage return at the end would be taken for a part of the line end; leave it out, or use line:lf",
        ),
        (
            "line:crlf",
            b"a\r\nb",
            "line:crlf would end the frame early, at byte 1 in the payload; leave it out, or use a framing with a length",
        ),
        (
            "delimiter:6161",
            b"ba",
            "delimiter:6161 would end the frame early, at byte 1 in the payload; leave it out, or use a framing with a length",
        ),
        (
            "line:lf,check=xor8",
            b"\x0b\x01",
            "line:lf,check=xor8 would end the frame early, at byte 2 in the check; a check in digits, such as crc16-modbus:hex, avoids that",
        ),
        ("fixed:4", b"abc", "a payload of 3 bytes is not the length of fixed:4"),
        (
            "fixed:4,check=xor8",
            b"abcd",
            "a payload of 5 bytes with its check is not the length of fixed:4,check=xor8",
        ),
        ("length:width=1", &[0; 256], "the length would be 256; 1 byte holds 0 to 255"),
        ("length:width=2,adjust=3", b"ab", "the length would be -1; 2 bytes hold 0 to 65535"),
        (
            "length:offset=4,width=2",
            b"abc",
            "a payload of 3 bytes is shorter than the header of 6; begin the payload with the header; a length of 0 is filled in",
        ),
        (
            "length:offset=1,width=1",
            b"A\x03bc",
            "the length in the header is 3, but should be 2; write 0 to have it filled in",
        ),
        ("slip", b"", "slip has no empty frames; send at least 1 byte"),
        ("quiet:1s", b"", "quiet has no empty frames; send at least 1 byte"),
        (
            "netstring:max=2",
            b"abc",
            "a payload of 3 bytes is more than the maximum of 2; send less, or set a larger maximum",
        ),
        (
            "varint:check=sum8:skip=2",
            b"a",
            "a content of length 1 is too short for sum8:skip=2; it leaves out the first 2",
        ),
    ] {
        assert_eq!(wrapped(text, payload), Err(problem.to_owned()), "{text}");
    }
}

#[test]
fn headers_are_filled_in() {
    let modbus = |bytes: &[u8]| wrapped("length:offset=4,width=2", bytes);
    let whole = b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x0a";
    assert_eq!(modbus(b"\0\x01\0\0\0\0\x01\x03\0\0\0\x0a"), Ok(whole.to_vec()));
    assert_eq!(modbus(whole), Ok(whole.to_vec()));
    // The check is behind the length, so the length counts it, and it covers the header.
    assert_eq!(
        wrapped("length:offset=1,width=1,check=sum8", b"\x10\0\x05"),
        Ok(b"\x10\x02\x05\x17".to_vec())
    );
    assert_eq!(wrapped("length:width=1,including,check=sum8", b"\x05"), Ok(b"\x03\x05\x05".to_vec()));
}

#[test]
fn carriage_returns_that_come_back_are_sent() {
    assert_eq!(wrapped("line", b"\ra\rb"), Ok(b"\ra\rb\n".to_vec()));
    assert_eq!(wrapped("line:lf", b"a\r"), Ok(b"a\r\n".to_vec()));
    assert_eq!(wrapped("line:crlf", b"a\r"), Ok(b"a\r\r\n".to_vec()));
}
