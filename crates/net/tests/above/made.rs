//! Certificates made for one test.

use std::fs;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use tempfile::TempDir;

/// A folder with `ca.pem`, and `server.pem` and `client.pem` that it has signed, each with its key behind the
/// certificate; `other.pem` is an issuer that has signed nothing of these.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        let files = Self(TempDir::new().unwrap());
        let (ca, issuer) = issuer("a test's own issuer");
        files.write("ca.pem", &ca);
        files.write("other.pem", &self::issuer("another").0);
        files.signed("server.pem", &issuer, &["localhost", "127.0.0.1"], (2020, 2060));
        files.signed("client.pem", &issuer, &["client.example"], (2020, 2060));
        files.signed("expired.pem", &issuer, &["localhost", "127.0.0.1"], (2001, 2002));
        files.signed("early.pem", &issuer, &["localhost", "127.0.0.1"], (2058, 2059));
        files.signed("elsewhere.pem", &issuer, &["a.example", "b.example"], (2020, 2060));
        files
    }

    fn signed(&self, file: &str, issuer: &Issuer<'_, KeyPair>, names: &[&str], years: (i32, i32)) {
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, names[0]);
        (params.not_before, params.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, issuer).unwrap();
        self.write(file, &format!("{}{}", certificate.pem(), key.serialize_pem()));
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.folder().join(file), text).unwrap();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// The whole path of a file.
    pub(crate) fn path(&self, file: &str) -> String {
        self.folder().join(file).display().to_string()
    }
}

fn issuer(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}
