//! TLS, by the names that ncat has for it.

use sockscope::core::endpoint::Endpoint;
use sockscope::core::problem::Problem;

#[derive(clap::Args)]
#[command(next_help_heading = "TLS")]
pub(super) struct Tls {
    /// Inside TLS (needs a build with the feature tls)
    #[arg(long)]
    ssl: bool,
    /// Certificates to show, a PEM file; a listener without makes one for itself
    #[arg(long, value_name = "FILE")]
    ssl_cert: Option<String>,
    /// Private key of the certificate, a PEM file
    #[arg(long, value_name = "FILE")]
    ssl_key: Option<String>,
    /// Take only a certificate that is trusted and bears the name of the host
    #[arg(long)]
    ssl_verify: bool,
    /// Certificates to trust, a PEM file; implies --ssl-verify
    #[arg(long, value_name = "FILE")]
    ssl_trustfile: Option<String>,
    /// Protocols to offer or to take, with commas between
    #[arg(long, value_name = "LIST")]
    ssl_alpn: Option<String>,
    /// Name to ask the server for
    #[arg(long, value_name = "NAME")]
    ssl_servername: Option<String>,
}

impl Tls {
    /// Whether TLS is wanted; as in ncat, any of its options asks for it.
    pub(super) fn wanted(&self) -> bool {
        let files =
            [&self.ssl_cert, &self.ssl_key, &self.ssl_trustfile, &self.ssl_alpn, &self.ssl_servername];
        self.ssl || self.ssl_verify || files.iter().any(|file| file.is_some())
    }

    /// Sets the options of an endpoint.
    pub(super) fn set(&self, endpoint: &mut Endpoint, listen: bool) -> Result<(), Problem> {
        if !self.wanted() {
            return Ok(());
        }
        let verify = self.ssl_verify || self.ssl_trustfile.is_some();
        let options = &mut endpoint.options;
        let rows = [
            ("cert", &self.ssl_cert),
            ("key", &self.ssl_key),
            (if listen { "client-ca" } else { "ca" }, &self.ssl_trustfile),
            ("sni", &self.ssl_servername),
        ];
        for (name, value) in rows {
            if let Some(value) = value {
                options.set(name, value)?;
            }
        }
        for protocol in self.ssl_alpn.iter().flat_map(|list| list.split(',')) {
            options.set("alpn", protocol)?;
        }
        match listen {
            true if self.ssl_cert.is_none() => options.set("self-signed", "yes"),
            false if !verify => options.set("insecure", "yes"),
            _ => Ok(()),
        }
    }
}
