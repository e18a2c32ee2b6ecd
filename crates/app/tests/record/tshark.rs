//! What tshark reads in a recording.

use std::path::Path;

use sockscope_testkit::peers::command;
use sockscope_testkit::program::Program;

/// What tshark says of one packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Seconds since 1970, with nine decimals.
    pub(crate) time: String,
    /// `1` in, `2` out.
    pub(crate) direction: String,
    /// From and to: addresses and ports.
    pub(crate) ends: [String; 2],
    /// TCP's flags; empty for a datagram.
    pub(crate) flags: String,
    /// Payload as hex.
    pub(crate) payload: String,
    /// Length on the wire.
    pub(crate) len: usize,
    /// The comments.
    pub(crate) comment: String,
}

const FIELDS: [&str; 20] = [
    "frame.time_epoch",
    "frame.p2p_dir",
    "frame.len",
    "frame.comment",
    "ip.src",
    "ip.dst",
    "ipv6.src",
    "ipv6.dst",
    "tcp.srcport",
    "tcp.dstport",
    "udp.srcport",
    "udp.dstport",
    "tcp.flags",
    "tcp.payload",
    "udp.payload",
    "ip.checksum.status",
    "tcp.checksum.status",
    "udp.checksum.status",
    "tcp.analysis.flags",
    "_ws.expert.severity",
];

/// Reads a recording with tshark, or `None` where it is missing. Nothing in the file may seem odd to it: all checksums
/// are good, sequence numbers go on, and it says nothing of note.
pub(crate) fn read(path: &Path) -> Option<Vec<Seen>> {
    let path = path.display().to_string();
    let mut args = vec!["-r", &path, "-n", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"];
    for check in ["ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE"] {
        args.extend(["-o", check]);
    }
    for field in FIELDS {
        args.extend(["-e", field]);
    }
    let told = Program::run(&mut command("tshark", &args)?).expect(0);
    let complaints: Vec<_> = told.err.lines().filter(|line| !line.starts_with("Running as user")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
    Some(told.text().lines().map(packet).collect())
}

fn packet(line: &str) -> Seen {
    let fields: Vec<&str> = line.split('\t').collect();
    let field = |name: &str| fields[FIELDS.iter().position(|known| *known == name).unwrap()];
    let either = |one: &str, other: &str| format!("{}{}", field(one), field(other));
    for status in ["ip.checksum.status", "tcp.checksum.status", "udp.checksum.status"] {
        // Good, not there, or not to be told of a packet that was cut.
        assert!(["1", "", "2"].contains(&field(status)), "{status} in {line}");
    }
    assert_eq!(field("tcp.analysis.flags"), "", "{line}");
    // Comments, and what is part of every connection.
    let notable = |severity: &str| severity.parse::<u32>().is_ok_and(|severity| severity > 0x0020_0000);
    let odd: Vec<_> = field("_ws.expert.severity").split(',').filter(|severity| notable(severity)).collect();
    let closing = 0x0040_0000.to_string();
    assert!(odd.iter().all(|severity| *severity == closing && is_end(field("tcp.flags"))), "{line}");
    let end = |v4, v6, tcp, udp| format!("{} {}", either(v4, v6), either(tcp, udp));
    Seen {
        time: field("frame.time_epoch").to_owned(),
        direction: field("frame.p2p_dir").to_owned(),
        ends: [
            end("ip.src", "ipv6.src", "tcp.srcport", "udp.srcport"),
            end("ip.dst", "ipv6.dst", "tcp.dstport", "udp.dstport"),
        ],
        flags: field("tcp.flags").to_owned(),
        payload: either("tcp.payload", "udp.payload"),
        len: field("frame.len").parse().unwrap(),
        comment: field("frame.comment").to_owned(),
    }
}

/// Whether a segment ends a connection: that is worth a note to tshark.
fn is_end(flags: &str) -> bool {
    u16::from_str_radix(flags.trim_start_matches("0x"), 16).is_ok_and(|flags| flags & 5 != 0)
}

/// What capinfos says, or `None` where it is missing.
pub(crate) fn capinfos(path: &Path) -> Option<String> {
    let path = path.display().to_string();
    Some(Program::run(&mut command("capinfos", &[&path])?).expect(0).text())
}
