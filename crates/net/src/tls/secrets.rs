//! The secrets of sessions in a file, so that who has captured one can read it: a line for each, as Wireshark takes
//! them ("The SSLKEYLOGFILE Format for TLS", draft-ietf-tls-keylogfile).

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;

use rustls::KeyLog;

use crate::error::{Error, words};

/// A file that secrets are added to.
#[derive(Debug)]
struct Secrets(File);

/// Where secrets go: to this file, which is made for its owner alone, or nowhere.
pub(super) fn log(file: Option<&String>) -> Result<Option<Arc<dyn KeyLog>>, Error> {
    let Some(path) = file else { return Ok(None) };
    let opened = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    let opened = opened.map_err(|error| Error::other("write", path, words(&error)))?;
    Ok(Some(Arc::new(Secrets(opened))))
}

impl KeyLog for Secrets {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let hex = |bytes: &[u8]| {
            bytes.iter().fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").expect("a String takes everything");
                text
            })
        };
        let line = format!("{label} {} {}\n", hex(client_random), hex(secret));
        // A session does not break because of its log; a line that is missing is found out by who reads it.
        let _ = (&self.0).write_all(line.as_bytes());
    }
}
