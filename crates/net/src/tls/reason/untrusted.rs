//! What is wrong with a certificate.

use jiff::Timestamp;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;

use super::{Reason, Side};
use crate::tls::facts::Known;

const RENEW: &str = "renew it, or is the clock of this machine wrong? --insecure takes it all the same";
const TRUST: &str = "trust its issuer, or itself, with --ca FILE, or take any with --insecure";
const SIGNED: &str = "the client needs one that a certificate of --client-ca has signed";
const ANOTHER: &str = "the client needs another";

/// Why a certificate is not believed.
pub(super) fn reason(error: &CertificateError, side: Side, known: &Known) -> Reason {
    use CertificateError as Wrong;
    let (cause, client, server) = match error {
        Wrong::ExpiredContext { not_after, .. } => {
            (format!("its certificate has expired at {}", time(*not_after)), RENEW, ANOTHER)
        }
        Wrong::Expired => ("its certificate has expired".to_owned(), RENEW, ANOTHER),
        Wrong::NotValidYetContext { not_before, .. } => {
            (format!("its certificate does not count before {}", time(*not_before)), RENEW, ANOTHER)
        }
        Wrong::NotValidYet => ("its certificate does not count yet".to_owned(), RENEW, ANOTHER),
        Wrong::NotValidForNameContext { expected, presented } => {
            let asked = expected.to_str();
            let remedy = if known.sni.is_some() || presented.iter().any(|name| name.starts_with("Dns")) {
                "ask for one that it has with --sni NAME, or take any with --insecure"
            } else {
                "take any with --insecure"
            };
            (format!("its certificate is for {}, not for {asked}", names(presented)), remedy, ANOTHER)
        }
        Wrong::UnknownIssuer => {
            ("nobody who is trusted has signed its certificate".to_owned(), TRUST, SIGNED)
        }
        Wrong::BadSignature => ("the signature of its certificate is wrong".to_owned(), TRUST, SIGNED),
        Wrong::Revoked => ("its certificate was revoked".to_owned(), "it needs another", ANOTHER),
        Wrong::InvalidPurpose | Wrong::InvalidPurposeContext { .. } => (
            "its certificate is not made for this side of TLS".to_owned(),
            "take any with --insecure",
            ANOTHER,
        ),
        // webpki's words for a certificate that may sign others, as openssl makes them by default.
        Wrong::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            ("its certificate is one that signs others, itself for example".to_owned(), TRUST, SIGNED)
        }
        Wrong::BadEncoding => ("its certificate is damaged".to_owned(), "take any with --insecure", ANOTHER),
        other => (format!("its certificate is not believed: {other}"), "take any with --insecure", ANOTHER),
    };
    Reason::new(cause, if side == Side::Client { client } else { server })
}

/// The names as rustls gives them, `DnsName("a.example")` or `IpAddress(192.0.2.1)`, as people write them.
fn names(presented: &[String]) -> String {
    let plain = |name: &String| {
        let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        inner.unwrap_or(name).trim_matches('"').to_owned()
    };
    match presented {
        [] => "no host".to_owned(),
        [first @ .., last] if !first.is_empty() => {
            let first: Vec<String> = first.iter().map(plain).collect();
            format!("{} and {}", first.join(", "), plain(last))
        }
        [only, ..] => plain(only),
    }
}

fn time(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match Timestamp::from_second(seconds) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => format!("{seconds} s after 1970"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn names_and_times_are_told_as_people_write_them() {
        let presented =
            ["DnsName(\"a.example\")", "DnsName(\"*.b.example\")", "IpAddress(::1)"].map(str::to_owned);
        assert_eq!(names(&presented), "a.example, *.b.example and ::1");
        assert_eq!(names(&presented[2..]), "::1");
        assert_eq!(names(&[]), "no host");
        // date -u -d 2024-02-29 +%s
        let leap = UnixTime::since_unix_epoch(Duration::from_secs(1_709_164_800));
        assert_eq!(time(leap), "2024-02-29 00:00:00 UTC");
    }
}
