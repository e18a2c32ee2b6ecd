//! Certificates and keys from PEM files (RFC 7468).

use std::fs;

use rustls::RootCertStore;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::{Error, words};

/// The certificates of a file, at least one.
pub(super) fn certificates(file: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let text = bytes(file)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match found {
        Ok(found) if found.is_empty() => Err(Error::other("read", file, "there is no certificate in it")
            .advise("write them in PEM: -----BEGIN CERTIFICATE-----")),
        found => found.map_err(|error| not_pem(file, &error)),
    }
}

/// The private key in a file.
pub(super) fn key(file: &str) -> Result<PrivateKeyDer<'static>, Error> {
    PrivateKeyDer::from_pem_slice(&bytes(file)?).map_err(|error| match error {
        pem::Error::NoItemsFound => Error::other("read", file, "there is no private key in it")
            .advise("give its file with --key; one behind a password must be written without it first"),
        error => not_pem(file, &error),
    })
}

/// The certificates of a file as those that others are to be signed by.
pub(super) fn roots(file: &str) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), Error> {
    let found = certificates(file)?;
    let mut roots = RootCertStore::empty();
    for (number, certificate) in (1..).zip(&found) {
        roots.add(certificate.clone()).map_err(|error| {
            Error::other("read", file, format!("its certificate number {number} is damaged: {error}"))
        })?;
    }
    Ok((roots, found))
}

/// The certificates that the system trusts.
pub(super) fn of_system() -> Result<RootCertStore, Error> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // The system's collection may have some that no verifier reads; the others count.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found.errors.first().map_or_else(|| "there are none".to_owned(), ToString::to_string);
        return Err(Error::other("read", "the certificates that this system trusts", why)
            .advise("install the package ca-certificates, or say whom to trust with --ca FILE"));
    }
    Ok(roots)
}

fn bytes(file: &str) -> Result<Vec<u8>, Error> {
    fs::read(file).map_err(|error| Error::other("read", file, words(&error)))
}

fn not_pem(file: &str, error: &pem::Error) -> Error {
    Error::other("read", file, format!("it is damaged: {error}"))
}
