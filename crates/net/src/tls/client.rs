//! The client's side: whom to trust, whom to ask for, what to show.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use sockscope_core::endpoint::{Endpoint, Host, Options};

use super::facts::Known;
use super::trust::Trust;
use super::{files, provider, reason, secrets};
use crate::error::Error;

/// A session toward the endpoint, and what is known about it before it begins.
pub(super) fn session(endpoint: &Endpoint) -> Result<(ClientConnection, Known), Error> {
    let options = &endpoint.options;
    let name = server_name(endpoint)?;
    let mut known = Known { verified: Some(options.insecure != Some(true)), ..Known::default() };
    known.shows = options.cert.is_some();
    if let ServerName::DnsName(name) = &name {
        known.sni = Some(name.as_ref().to_owned());
    }
    let session = ClientConnection::new(Arc::new(config(options)?), name)
        .map_err(|error| Error::other("begin TLS with", endpoint, reason::open(&error)))?;
    Ok((session, known))
}

/// How the options want it.
pub(super) fn config(options: &Options) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust(options)?));
    let mut config = match &options.cert {
        Some(file) => {
            let chain = files::certificates(file)?;
            let key = files::key(options.key.as_ref().unwrap_or(file))?;
            builder.with_client_auth_cert(chain, key).map_err(|error| pair(file, &error))?
        }
        None => builder.with_no_client_auth(),
    };
    if let Some(log) = secrets::log(options.keylog.as_ref())? {
        config.key_log = log;
    }
    config.alpn_protocols = options.alpn.iter().map(|name| name.clone().into_bytes()).collect();
    Ok(config)
}

fn trust(options: &Options) -> Result<Trust, Error> {
    if options.insecure == Some(true) {
        return Ok(Trust::Any);
    }
    let (roots, own) = match &options.ca {
        Some(file) => files::roots(file)?,
        None => (files::of_system()?, Vec::new()),
    };
    let by = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .map_err(|error| unusable(&error))?;
    Ok(Trust::Signed { by, own })
}

/// Whom to ask for, and whom the certificate must name.
fn server_name(endpoint: &Endpoint) -> Result<ServerName<'static>, Error> {
    let name = match (&endpoint.options.sni, &endpoint.host) {
        (Some(name), _) => name.clone(),
        (None, Host::Any) => "localhost".to_owned(),
        (None, Host::Name(name)) => name.trim_end_matches('.').to_owned(),
        (None, Host::V4(ip)) => return Ok(ServerName::from(std::net::IpAddr::from(*ip))),
        (None, Host::V6(ip, _)) => return Ok(ServerName::from(std::net::IpAddr::from(*ip))),
    };
    ServerName::try_from(name.clone()).map_err(|_| {
        Error::other("ask for", name, "it is no name that a certificate can have")
            .advise("write it in ASCII (xn--…), or give another with --sni")
    })
}

/// Certificate and key do not go together, or rustls cannot use them.
pub(super) fn pair(file: &str, error: &rustls::Error) -> Error {
    let cause = match error {
        rustls::Error::InconsistentKeys(_) => "the key is not that of the first certificate".to_owned(),
        error => reason::open(error),
    };
    Error::other("use", file, cause).advise("its own certificate must come first, and --key be its key")
}

pub(super) fn unusable(error: &dyn std::fmt::Display) -> Error {
    Error::other("set up", "TLS", error.to_string())
}
