//! What a handshake agreed on, and whom it proved.

use rustls::pki_types::CertificateDer;
use rustls::{Connection, ProtocolVersion};
use sockscope_core::connection::{Certificate, Tls};
use sockscope_core::facts::Stamp;

use super::certificate;

/// What is known about a session before it begins.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// The name that is asked for.
    pub(super) sni: Option<String>,
    /// Whether the peer's certificate is verified; `None` where none is asked for.
    pub(super) verified: Option<bool>,
    /// A client's: it has a certificate to show.
    pub(super) shows: bool,
}

/// What the handshake came to.
pub(super) fn of(session: &Connection, known: &Known) -> Tls {
    let mut tls = Tls::default();
    tls.version = session.protocol_version().map_or_else(String::new, version);
    // rustls tells the suites of TLS 1.3 from others by their names, IANA does not.
    let suite = session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
    tls.cipher = suite.unwrap_or_default().replacen("TLS13_", "TLS_", 1);
    tls.group = session.negotiated_key_exchange_group().map(|group| format!("{:?}", group.name()));
    tls.alpn = session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
    tls.sni = match session {
        Connection::Client(_) => known.sni.clone(),
        Connection::Server(session) => session.server_name().map(str::to_owned),
    };
    tls.certificate = session.peer_certificates().and_then(of_chain);
    tls.verified = known.verified;
    tls
}

fn version(version: ProtocolVersion) -> String {
    match version {
        ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
        ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
        other => format!("{other:?}"),
    }
}

/// What the first certificate of a chain says.
pub(super) fn of_chain(chain: &[CertificateDer<'_>]) -> Option<Certificate> {
    let first = chain.first()?;
    let says = certificate::read(first).unwrap_or_default();
    let mut certificate = Certificate::default();
    certificate.sha256 = sha256(first);
    let nanoseconds = u64::try_from(says.until).ok().and_then(|seconds| seconds.checked_mul(1_000_000_000));
    certificate.expires = nanoseconds.filter(|time| *time > 0).map(Stamp);
    certificate.names = says.names;
    certificate.chain = chain.len();
    Some(certificate)
}

/// SHA-256 in hex, as the cipher suites that use it compute it.
fn sha256(bytes: &[u8]) -> String {
    let suite = rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
    let rustls::SupportedCipherSuite::Tls13(suite) = suite else { return String::new() };
    let hash = suite.common.hash_provider.hash(bytes);
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
