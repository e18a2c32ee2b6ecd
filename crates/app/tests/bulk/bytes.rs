//! What goes each way, and whether it came as it went.

use std::fs;
use std::path::{Path, PathBuf};

use sockscope_testkit::peers;
use sockscope_testkit::program::Program;

/// How much goes each way, in bytes.
pub(crate) const MUCH: usize = 64 << 20;

/// Two files of random bytes, `up` and `down`, in a folder of their own.
pub(crate) struct Bytes {
    folder: tempfile::TempDir,
    up: Vec<u8>,
    down: Vec<u8>,
}

impl Bytes {
    pub(crate) fn new() -> Self {
        let bytes = Self { folder: tempfile::tempdir().unwrap(), up: random(1), down: random(2) };
        fs::write(bytes.path("up"), &bytes.up).unwrap();
        fs::write(bytes.path("down"), &bytes.down).unwrap();
        bytes
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The bytes of one of the files.
    pub(crate) fn of(&self, name: &str) -> &[u8] {
        if name == "up" { &self.up } else { &self.down }
    }

    /// A file with a certificate for other people's servers and its key, or nothing after telling so.
    pub(crate) fn pem(&self) -> Option<String> {
        let pem = self.text("pem");
        let args =
            "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=localhost -days 30";
        let args: Vec<&str> = args.split(' ').chain(["-keyout", &pem, "-out", &pem]).collect();
        Program::run(&mut peers::command("openssl", &args)?).expect(0);
        Some(pem)
    }

    #[track_caller]
    pub(crate) fn same(&self, sent: &str, received: &[u8], who: &str) {
        let sent = self.of(sent);
        if sent != received {
            let differs = sent.iter().zip(received).position(|(a, b)| a != b);
            panic!("{who}: {} of {} bytes, the first other one: {differs:?}", received.len(), sent.len());
        }
    }
}

/// Other bytes from each seed, by xorshift64* (Vigna 2016): no piece of them is like another.
fn random(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(MUCH);
    while bytes.len() < MUCH {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        bytes.extend_from_slice(&state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_le_bytes());
    }
    bytes
}
