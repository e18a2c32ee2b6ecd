//! SLIP (RFC 1055) and COBS (Cheshire and Baker, "Consistent Overhead Byte Stuffing", 1999): contents that
//! go on the wire in other bytes.

use super::frame::Flaw;
use super::kind::Kind;

/// Ends a frame of SLIP.
pub(super) const END: u8 = 0xc0;
/// Begins an escape of SLIP.
const ESC: u8 = 0xdb;
/// Behind [`ESC`], stands for [`END`].
const ESC_END: u8 = 0xdc;
/// Behind [`ESC`], stands for itself.
const ESC_ESC: u8 = 0xdd;

/// Undoes what `kind` does to a content, appending it to `out`; on a flaw `out` holds what came before it.
pub(super) fn decode(kind: &Kind, body: &[u8], out: &mut Vec<u8>) -> Result<(), Flaw> {
    match kind {
        Kind::Slip => decode_slip(body, out),
        Kind::Cobs => decode_cobs(body, out),
        _ => {
            out.extend_from_slice(body);
            Ok(())
        }
    }
}

/// With an END before as well, which ends whatever noise there was on the line (RFC 1055, "PROTOCOL").
pub(super) fn encode_slip(body: [&[u8]; 2], out: &mut Vec<u8>) {
    out.push(END);
    for &byte in body.into_iter().flatten() {
        match byte {
            END => out.extend([ESC, ESC_END]),
            ESC => out.extend([ESC, ESC_ESC]),
            byte => out.push(byte),
        }
    }
    out.push(END);
}

fn decode_slip(mut body: &[u8], out: &mut Vec<u8>) -> Result<(), Flaw> {
    while let Some(at) = memchr::memchr(ESC, body) {
        out.extend_from_slice(&body[..at]);
        out.push(match body.get(at + 1) {
            Some(&ESC_END) => END,
            Some(&ESC_ESC) => ESC,
            _ => return Err(Flaw::BadEscape),
        });
        body = &body[at + 2..];
    }
    out.extend_from_slice(body);
    Ok(())
}

/// In blocks of up to 254 bytes without a zero: their number and one, then the bytes. A shorter block stands
/// for a zero behind it too, but for the last one.
pub(super) fn encode_cobs(body: [&[u8]; 2], out: &mut Vec<u8>) {
    let mut code = out.len();
    out.push(1);
    let mut left: usize = body.iter().map(|part| part.len()).sum();
    for &byte in body.into_iter().flatten() {
        left -= 1;
        if byte != 0 {
            out.push(byte);
            out[code] += 1;
        }
        if byte == 0 || out[code] == 0xff && left > 0 {
            code = out.len();
            out.push(1);
        }
    }
    out.push(0);
}

fn decode_cobs(mut body: &[u8], out: &mut Vec<u8>) -> Result<(), Flaw> {
    while let Some((&code, rest)) = body.split_first() {
        // Never 0: that is what ends the frame.
        let (block, rest) = rest.split_at_checked(usize::from(code) - 1).ok_or(Flaw::BadLength)?;
        out.extend_from_slice(block);
        if code < 0xff && !rest.is_empty() {
            out.push(0);
        }
        body = rest;
    }
    Ok(())
}
