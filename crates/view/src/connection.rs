//! What is known about connections, in words.

use std::time::Duration;

use sockscope_core::connection::{Certificate, Credentials, Tls};
use sockscope_core::event::Totals;
use sockscope_core::facts::{Stamp, Unit};

use crate::number::{counted, decimal, thousandths};
use crate::palette::Palette;
use crate::{text, time};

/// Names of a certificate that are told unless all are asked for.
const NAMES: usize = 3;

/// Appends what a TLS handshake agreed on and whom it proved, as one line; with the certificate itself on
/// another where `verbose`. `now` tells whether that has expired.
pub(crate) fn tls(tls: &Tls, now: Stamp, verbose: bool, palette: &Palette, out: &mut Vec<u8>) {
    say("  ", out);
    agreed(tls, out);
    if let Some(certificate) = tls.certificate.as_ref().filter(|certificate| !certificate.names.is_empty()) {
        say(", ", out);
        names(certificate, if verbose { usize::MAX } else { NAMES }, out);
    }
    if let Some(certificate) = &tls.certificate {
        until(certificate, now, palette, out);
    }
    say(", ", out);
    verified(tls, palette, out);
    out.push(b'\n');
    if let (true, Some(certificate)) = (verbose, &tls.certificate) {
        say("  ", out);
        proof(certificate, out);
        out.push(b'\n');
    }
}

/// Version, cipher, group, application protocol, the name asked for, the time it took.
pub(crate) fn agreed(tls: &Tls, out: &mut Vec<u8>) {
    text::line(&tls.version, out);
    let parts = [("", Some(&tls.cipher)), ("", tls.group.as_ref()), ("ALPN ", tls.alpn.as_ref())];
    let asked = tls.sni.as_ref().filter(|sni| !is_named(tls, sni));
    for (word, part) in parts.into_iter().chain([("asked for ", asked)]) {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            say(", ", out);
            say(word, out);
            text::line(part, out);
        }
    }
    if let Some(time) = tls.handshake {
        say(", handshake ", out);
        millis(time, out);
        say(" ms", out);
    }
}

/// The name asked for is told where the certificate does not tell it anyway.
fn is_named(tls: &Tls, sni: &str) -> bool {
    tls.certificate.as_ref().is_some_and(|certificate| certificate.names.iter().any(|name| name == sni))
}

/// Whether it was proved who the peer is.
pub(crate) fn verified(tls: &Tls, palette: &Palette, out: &mut Vec<u8>) {
    match tls.verified {
        Some(true) => say("verified", out),
        Some(false) => palette.error.paint(out, |out| say("NOT VERIFIED (--insecure)", out)),
        None => say("no certificate asked for", out),
    }
}

/// At most so many of the names in a certificate, and how many more there are.
pub(crate) fn names(certificate: &Certificate, most: usize, out: &mut Vec<u8>) {
    for (number, name) in certificate.names.iter().take(most).enumerate() {
        say(if number == 0 { "" } else { ", " }, out);
        text::line(name, out);
    }
    if let Some(more) = certificate.names.len().checked_sub(most).filter(|more| *more > 0) {
        say(" and ", out);
        decimal(more as u64, out);
        say(" more", out);
    }
}

/// Appends the certificate that a listener shows, as one line: by its fingerprint a client can be told that it
/// is this one.
pub(crate) fn shown(certificate: &Certificate, now: Stamp, palette: &Palette, out: &mut Vec<u8>) {
    say("  certificate for ", out);
    names(certificate, NAMES + 1, out);
    until(certificate, now, palette, out);
    say(", sha256 ", out);
    text::line(&certificate.sha256, out);
    out.push(b'\n');
}

/// A comma, and the day on which a certificate expires, where that is known.
fn until(certificate: &Certificate, now: Stamp, palette: &Palette, out: &mut Vec<u8>) {
    if let Some(at) = certificate.expires {
        say(", ", out);
        expires(at, now, palette, out);
    }
}

/// Appends the day in UTC on which a certificate expires, or on which it has: `expires 2027-01-01`.
pub(crate) fn expires(at: Stamp, now: Stamp, palette: &Palette, out: &mut Vec<u8>) {
    let day = |out: &mut Vec<u8>| time::day(at, out);
    if at >= now {
        say("expires ", out);
        return day(out);
    }
    palette.error.paint(out, |out| {
        say("EXPIRED ", out);
        day(out);
    });
}

/// What identifies a certificate.
fn proof(certificate: &Certificate, out: &mut Vec<u8>) {
    say("sha256 ", out);
    text::line(&certificate.sha256, out);
    say(", chain of ", out);
    decimal(certificate.chain as u64, out);
}

/// Appends a process as people look for it: `pid 1234 uid 0`.
pub(crate) fn process(credentials: Credentials, out: &mut Vec<u8>) {
    say("pid ", out);
    decimal(credentials.pid.into(), out);
    say(" uid ", out);
    decimal(credentials.uid.into(), out);
}

/// Appends how much: `3 chunks (12 B)`.
pub(crate) fn amount(count: u64, bytes: u64, unit: Unit, out: &mut Vec<u8>) {
    counted(count, unit.word(), out);
    say(" (", out);
    decimal(bytes, out);
    say(" B)", out);
}

/// Appends what is rare, where there is any, each with a comma before it.
pub(crate) fn losses(totals: &Totals, out: &mut Vec<u8>) {
    let counts = [
        (totals.cut, " cut"),
        (totals.flawed, " flawed"),
        (totals.ignored, " from other peers left out"),
        (totals.not_sent, " not sent"),
        (totals.faults, " ICMP errors"),
        (totals.in_trains, " in trains"),
    ];
    for (count, what) in counts {
        if count > 0 {
            say(", ", out);
            decimal(count, out);
            say(if count == 1 { what.trim_end_matches('s') } else { what }, out);
        }
    }
}

/// Appends a time in milliseconds with up to three decimals, without the unit.
pub(crate) fn millis(time: Duration, out: &mut Vec<u8>) {
    thousandths(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), out);
}

fn say(words: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(words.as_bytes());
}
