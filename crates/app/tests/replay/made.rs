//! Recordings: made by this program, and by hand.

use std::net::UdpSocket;
use std::path::{Path, PathBuf};

use sockscope_core::charset::{Charset, Unmappable};
use sockscope_testkit::PATIENCE;
use sockscope_testkit::program::{Finished, Program};

use super::common::sockscope;

/// A folder with a recording in it.
pub(crate) struct Tape {
    folder: tempfile::TempDir,
}

impl Tape {
    /// What an echo recorded that was sent these lines in GBK, each after the answer to the one before.
    pub(crate) fn of(lines: &[&str]) -> Self {
        let tape = Self::empty();
        let (count, path) = (lines.len().to_string(), text(&tape.path()));
        let args = ["listen", "udp://127.0.0.1:0", "--echo", "--raw", "--count", &count, "--save", &path];
        let listener = Program::start(&mut sockscope(&args));
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.connect(("127.0.0.1", listener.port())).unwrap();
        for line in lines {
            let mut bytes = Vec::new();
            Charset::GBK.encode(line, &Unmappable::Refuse, &mut bytes).unwrap();
            socket.send(&bytes).unwrap();
            socket.recv(&mut [0; 99]).unwrap();
        }
        listener.finish().expect(0);
        tape
    }

    /// A recording with these bytes.
    pub(crate) fn bytes(bytes: &[u8]) -> Self {
        let tape = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::write(tape.path(), bytes).unwrap();
        tape
    }

    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("x.pcapng")
    }

    /// Replays it with these arguments.
    pub(crate) fn replay(&self, args: &[&str]) -> Finished {
        Program::run(sockscope(&["replay"]).arg(self.path()).args(args))
    }
}

/// A packet of pcap: when in microseconds, and its bytes.
pub(crate) type Packet = (u64, Vec<u8>);

/// A file of pcap with raw IP.
pub(crate) fn pcap(packets: &[Packet]) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4, 4 << 16 | 2, 0, 0, 65_535, 101].map(u32::to_le_bytes).concat();
    for (micros, bytes) in packets {
        let len = bytes.len() as u32;
        let head = [(micros / 1_000_000) as u32, (micros % 1_000_000) as u32, len, len];
        file.extend(head.map(u32::to_le_bytes).concat());
        file.extend(bytes);
    }
    file
}

/// A datagram from 10.0.0.`from` to 10.0.0.`to`, both at their ports 5000 and so many.
pub(crate) fn udp(from: u8, to: u8, payload: &[u8]) -> Vec<u8> {
    let ports = [5000 + u16::from(from), 5000 + u16::from(to), 8 + payload.len() as u16, 0];
    ip(17, from, to, &[&ports.map(u16::to_be_bytes).concat()[..], payload].concat())
}

/// A segment likewise.
pub(crate) fn tcp(from: u8, to: u8, seq: u32, ack: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let ports = [5000 + u16::from(from), 5000 + u16::from(to)].map(u16::to_be_bytes).concat();
    let numbers = [seq, ack].map(u32::to_be_bytes).concat();
    ip(6, from, to, &[&ports[..], &numbers, &[0x50, flags, 0xff, 0xff, 0, 0, 0, 0], payload].concat())
}

fn ip(protocol: u8, from: u8, to: u8, content: &[u8]) -> Vec<u8> {
    fragment(protocol, from, to, 0, false, content)
}

/// A fragment of IP at this offset.
pub(crate) fn fragment(protocol: u8, from: u8, to: u8, at: u16, more: bool, content: &[u8]) -> Vec<u8> {
    let len = (20 + content.len() as u16).to_be_bytes();
    let flags = ((at / 8) | if more { 0x2000 } else { 0 }).to_be_bytes();
    let head =
        [0x45, 0, len[0], len[1], 0, 7, flags[0], flags[1], 64, protocol, 0, 0, 10, 0, 0, from, 10, 0, 0, to];
    [&head[..], content].concat()
}

/// The text of a path.
pub(crate) fn text(path: &Path) -> String {
    path.display().to_string()
}
