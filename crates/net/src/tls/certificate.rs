//! What a certificate says (RFC 5280), as far as it is shown: whom it names, and from when to when it counts.
//! Whether it is true is for rustls to say.

use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Says {
    /// The names of section 4.2.1.6 as they stand there, then the subject's common name where it is another.
    pub(super) names: Vec<String>,
    /// From when it counts, in seconds since 1970.
    pub(super) from: i64,
    /// Until when, in seconds since 1970.
    pub(super) until: i64,
}

const SEQUENCE: u8 = 0x30;
const OID: u8 = 0x06;
const OCTETS: u8 = 0x04;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const BMP_STRING: u8 = 0x1e;
/// `[0]` and `[3]`, constructed: version and extensions.
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// Kinds of a general name: `[2]` and `[7]`.
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

/// 2.5.29.17, subjectAltName.
const ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
/// 2.5.4.3, commonName.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// Reads a certificate in DER; `None` where it is none.
pub(super) fn read(der: &[u8]) -> Option<Says> {
    let mut certificate = Elements(expect(&mut Elements(der), SEQUENCE)?);
    let mut body = Elements(expect(&mut certificate, SEQUENCE)?);
    let mut next = body.next()?;
    if next.0 == VERSION {
        next = body.next()?;
    }
    // That was the serial number; the algorithm and the issuer follow.
    let _ = (next, body.next()?, body.next()?);
    let mut validity = Elements(expect(&mut body, SEQUENCE)?);
    let (from, until) = (time(validity.next()?)?, time(validity.next()?)?);
    let subject = expect(&mut body, SEQUENCE)?;
    let mut names = Vec::new();
    for (_, list) in body.filter(|(tag, _)| *tag == EXTENSIONS) {
        let all = Elements(expect(&mut Elements(list), SEQUENCE)?);
        all.filter_map(|(_, extension)| alt_names(extension)).for_each(|mut some| names.append(&mut some));
    }
    if let Some(name) = common_name(subject).filter(|name| !names.contains(name)) {
        names.push(name);
    }
    Some(Says { names, from, until })
}

/// The names in an extension, if it is the one for names.
fn alt_names(extension: &[u8]) -> Option<Vec<String>> {
    let mut parts = Elements(extension);
    if expect(&mut parts, OID)? != ALT_NAME {
        return None;
    }
    let (_, octets) = parts.find(|(tag, _)| *tag == OCTETS)?;
    let names = Elements(expect(&mut Elements(octets), SEQUENCE)?);
    Some(names.filter_map(general_name).collect())
}

fn general_name((kind, bytes): (u8, &[u8])) -> Option<String> {
    match kind {
        IP_ADDRESS => {
            let v4 = || Some(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).to_string());
            let v6 = || Some(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string());
            v4().or_else(v6)
        }
        // Mail addresses and URIs are text as well; the others are structures.
        DNS_NAME | 0x81 | 0x86 => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}

/// The subject's common name, the last one of several.
fn common_name(subject: &[u8]) -> Option<String> {
    let pairs = Elements(subject).flat_map(|(_, set)| Elements(set));
    let named = pairs.filter_map(|(_, pair)| {
        let mut pair = Elements(pair);
        (expect(&mut pair, OID)? == COMMON_NAME).then(|| pair.next())?
    });
    named.last().map(|(kind, bytes)| match kind {
        BMP_STRING => {
            let units: Vec<u16> =
                bytes.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    })
}

/// A time of section 4.1.2.5 in seconds since 1970: `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`.
fn time((kind, bytes): (u8, &[u8])) -> Option<i64> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('Z')?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest): (i16, &str) = match (kind, text.len()) {
        (UTC_TIME, 12) => {
            let short: i16 = text[..2].parse().ok()?;
            (short + if short < 50 { 2000 } else { 1900 }, &text[2..])
        }
        (GENERALIZED_TIME, 14) => (text[..4].parse().ok()?, &text[4..]),
        _ => return None,
    };
    let part = |at: usize| rest[at..at + 2].parse::<i8>().ok();
    let time = DateTime::new(year, part(0)?, part(2)?, part(4)?, part(6)?, part(8)?, 0).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// Elements in DER, one behind the other (X.690 section 8.1), as tag and contents.
struct Elements<'a>(&'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = self.0.split_first()?;
        let (first, mut rest) = rest.split_first()?;
        let len = match first {
            0..=0x7f => usize::from(*first),
            0x81..=0x84 => {
                let (digits, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
                rest = after;
                digits.iter().fold(0, |len, digit| len << 8 | usize::from(*digit))
            }
            _ => return None,
        };
        let (contents, after) = rest.split_at_checked(len)?;
        self.0 = after;
        Some((*tag, contents))
    }
}

/// The contents of the next element, if it is of this kind.
fn expect<'a>(elements: &mut Elements<'a>, tag: u8) -> Option<&'a [u8]> {
    elements.next().filter(|(found, _)| *found == tag).map(|(_, contents)| contents)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};

    use super::*;

    fn made(names: &[&str], common: &str) -> Vec<u8> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "somebody");
        params.distinguished_name.push(DnType::CommonName, common);
        (params.not_before, params.not_after) = (date_time_ymd(1999, 12, 31), date_time_ymd(2061, 2, 3));
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn names_and_times() {
        let says = read(&made(&["example.com", "192.0.2.1", "2001:db8::1"], "我")).unwrap();
        assert_eq!(says.names, ["example.com", "192.0.2.1", "2001:db8::1", "我"]);
        // date -u -d 1999-12-31 +%s; date -u -d 2061-02-03 +%s
        assert_eq!((says.from, says.until), (946_598_400, 2_874_614_400));
        assert_eq!(read(&made(&["one.example"], "one.example")).unwrap().names, ["one.example"]);
    }

    #[test]
    fn times_are_checked() {
        assert_eq!(time((UTC_TIME, b"700101000001Z")), Some(1));
        assert_eq!(time((UTC_TIME, b"491231235959Z")), Some(2_524_607_999));
        assert_eq!(time((GENERALIZED_TIME, b"19700101000000Z")), Some(0));
        for bad in
            [&b"700101000001"[..], b"701301000001Z", b"7001010000+1Z", b"", b"Z", "７00101000001Z".as_bytes()]
        {
            assert_eq!((time((UTC_TIME, bad)), time((GENERALIZED_TIME, bad))), (None, None));
        }
    }

    proptest! {
        #[test]
        fn anything_is_read_or_refused(mut der in Just(made(&["a.example"], "b")), at in any::<prop::sample::Index>(), byte: u8) {
            let at = at.index(der.len());
            let _ = read(&der[..at]);
            der[at] = byte;
            let _ = read(&der);
        }
    }
}
