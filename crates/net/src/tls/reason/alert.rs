//! What the peer says when it gives up (RFC 8446 section 6.2).

use rustls::AlertDescription as Alert;

use super::{Reason, Side};

/// What alerts mean, and what a client can do about them.
const ALERTS: &[(Alert, &str, &str)] = &[
    (Alert::ProtocolVersion, "there is no common version", "both sides need TLS 1.2 or 1.3"),
    (Alert::InsufficientSecurity, "there is no common cipher that is safe enough for it", ""),
    (Alert::CertificateRequired, "it wants a client certificate", "give one with --cert and --key"),
    (Alert::BadCertificate, "it does not take our certificate", "is it whole, and signed by whom it trusts?"),
    (
        Alert::UnsupportedCertificate,
        "it does not take that kind of certificate",
        "choose another kind of key",
    ),
    (Alert::CertificateRevoked, "our certificate was revoked", "get a new one"),
    (Alert::CertificateExpired, "our certificate has expired, or its clock is wrong", "get a new one"),
    (Alert::CertificateUnknown, "it does not trust our certificate", "it must know who signed it"),
    (Alert::UnknownCA, "it does not trust who signed our certificate", "it must know who signed it"),
    (Alert::AccessDenied, "it knows our certificate, and does not let us in", ""),
    (Alert::UnrecognisedName, "it knows no such name", "ask for another with --sni"),
    (
        Alert::NoApplicationProtocol,
        "it speaks none of the protocols of --alpn",
        "offer others, or leave --alpn out",
    ),
    (Alert::DecryptError, "a signature or the key exchange was wrong", ""),
    (Alert::BadRecordMac, "what it got was damaged on its way", ""),
    (Alert::UnexpectedMessage, "it did not expect what it got", "do both sides speak TLS?"),
    (Alert::DecodeError, "it cannot read what it got", "do both sides speak TLS?"),
    (Alert::InternalError, "it has a trouble of its own", "see what it logs"),
    (Alert::UserCanceled, "it was cancelled there", ""),
];

/// What an alert means. `shows`: we have a client certificate.
pub(super) fn reason(alert: Alert, side: Side, shows: bool) -> Reason {
    if alert == Alert::HandshakeFailure {
        let remedy = match side {
            Side::Client if !shows => "it may want a client certificate (--cert and --key)",
            _ => "",
        };
        return Reason::new("it refused: handshake_failure, nothing in common that it takes", remedy);
    }
    let row = ALERTS.iter().find(|(known, ..)| *known == alert);
    match row {
        Some((_, words, remedy)) if side == Side::Client => {
            Reason::new(format!("it refused: {words}"), remedy)
        }
        Some((Alert::UnknownCA | Alert::CertificateUnknown | Alert::BadCertificate, words, _)) => {
            Reason::new(
                format!("it refused: {words}"),
                "let the client trust it, as its --ca or --insecure does",
            )
        }
        Some((_, words, _)) => Reason::new(format!("it refused: {words}"), ""),
        None => Reason::new(format!("it refused: alert {alert:?}"), ""),
    }
}
