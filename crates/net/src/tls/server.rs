//! The server's side: what to show, and whom to let in.

use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use sockscope_core::endpoint::{Endpoint, Host};

use super::client::{pair, unusable};
use super::{files, provider, secrets};
use crate::error::Error;

/// How the endpoint wants it, and the certificates that are shown.
pub(super) fn config(endpoint: &Endpoint) -> Result<(ServerConfig, Vec<CertificateDer<'static>>), Error> {
    let options = &endpoint.options;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?;
    let builder = match &options.client_ca {
        Some(file) => {
            let (roots, _) = files::roots(file)?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider());
            builder.with_client_cert_verifier(verifier.build().map_err(|error| unusable(&error))?)
        }
        None => builder.with_no_client_auth(),
    };
    let (chain, key) = identity(endpoint)?;
    let what = options.cert.as_deref().unwrap_or("the certificate");
    let mut config = builder.with_single_cert(chain.clone(), key).map_err(|error| pair(what, &error))?;
    if let Some(log) = secrets::log(options.keylog.as_ref())? {
        config.key_log = log;
    }
    config.alpn_protocols = options.alpn.iter().map(|name| name.clone().into_bytes()).collect();
    Ok((config, chain))
}

fn identity(endpoint: &Endpoint) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Error> {
    let options = &endpoint.options;
    match &options.cert {
        Some(file) => Ok((files::certificates(file)?, files::key(options.key.as_ref().unwrap_or(file))?)),
        None if options.self_signed == Some(true) => self_signed(endpoint),
        None => Err(Error::other("listen on", endpoint, "TLS needs a certificate to show")
            .advise("add --cert FILE and --key FILE, or --self-signed to make one for this run")),
    }
}

/// A certificate for this machine as it is called from here, and for the host listened on.
fn self_signed(endpoint: &Endpoint) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Error> {
    let failed = |error: rcgen::Error| {
        Error::other("make a certificate for", endpoint, error.to_string())
            .advise("add --cert FILE and --key FILE instead")
    };
    let host = match &endpoint.host {
        Host::Any => None,
        Host::Name(name) => Some(name.clone()),
        host => host.ip().filter(|ip| !ip.is_unspecified()).map(|ip| ip.to_string()),
    };
    let usual = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut names: Vec<String> = host.into_iter().filter(|host| !usual.contains(host)).collect();
    names.extend(usual);
    let mut params = CertificateParams::new(names).map_err(failed)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "sockscope self-signed");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = params.self_signed(&key).map_err(failed)?;
    Ok((vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into())))
}
