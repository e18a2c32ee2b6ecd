//! The list of this program beside tshark's, field by field.

use std::path::Path;

use serde_json::Value;
use sockscope_testkit::peers::command;
use sockscope_testkit::program::Program;

use super::common::sockscope;

/// A field of tshark, and what ours is called.
type Pair = (&'static str, fn(&Value) -> Option<String>);

const FIELDS: [Pair; 15] = [
    ("frame.number", |line| whole(line, "number")),
    ("frame.time_epoch", time),
    ("frame.len", |line| whole(line, "len")),
    ("frame.cap_len", |line| whole(line, "captured")),
    ("ip.src", |line| address(line, "source", '.')),
    ("ip.dst", |line| address(line, "destination", '.')),
    ("ipv6.src", |line| address(line, "source", ':')),
    ("ipv6.dst", |line| address(line, "destination", ':')),
    ("udp.srcport", |line| port(line, "source_port", "udp")),
    ("udp.dstport", |line| port(line, "destination_port", "udp")),
    ("tcp.srcport", |line| port(line, "source_port", "tcp")),
    ("tcp.dstport", |line| port(line, "destination_port", "tcp")),
    ("tcp.flags", flags),
    ("tcp.seq", |line| whole(line, "seq")),
    ("tcp.ack", |line| whole(line, "ack")),
];

fn whole(line: &Value, key: &str) -> Option<String> {
    line[key].as_u64().map(|number| number.to_string())
}

fn time(line: &Value) -> Option<String> {
    let stamp: jiff::Timestamp = line["t"].as_str()?.parse().unwrap();
    Some(format!("{}.{:09}", stamp.as_second(), stamp.subsec_nanosecond()))
}

fn address(line: &Value, key: &str, mark: char) -> Option<String> {
    let text = line[key].as_str()?;
    let is_v6 = text.parse::<std::net::Ipv6Addr>().is_ok();
    let is_v4 = text.parse::<std::net::Ipv4Addr>().is_ok();
    (if mark == ':' { is_v6 } else { is_v4 }).then(|| text.to_owned())
}

fn port(line: &Value, key: &str, transport: &str) -> Option<String> {
    let conversation = line["conversation"].as_str().unwrap_or_default();
    let is = conversation.starts_with(transport) || line["protocol"] == transport.to_uppercase();
    is.then(|| whole(line, key))?
}

fn flags(line: &Value) -> Option<String> {
    const NAMES: [&str; 8] = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"];
    let set = line["flags"].as_array().map_or(&[][..], |flags| flags);
    line["seq"].as_u64()?;
    let bits =
        set.iter().map(|flag| 1u16 << NAMES.iter().position(|name| flag == name).unwrap()).sum::<u16>();
    Some(format!("0x{bits:04x}"))
}

/// Compares what both programs tell of a recording; returns how many values were the same, or `None` where tshark is
/// missing.
#[track_caller]
pub(crate) fn same(path: &Path) -> Option<usize> {
    let file = path.to_str().unwrap();
    // What is taken for another protocol by its port or first bytes is none of a list's business.
    let mut args = vec!["-r", file, "-n", "-T", "fields", "-E", "separator=|", "-E", "occurrence=f"];
    for (field, _) in &FIELDS {
        args.extend(["-e", field]);
    }
    let theirs = Program::run(&mut command("tshark", &args)?);
    let ours = Program::run(&mut sockscope(&["open", file, "--json"]));
    let ours: Vec<Value> = ours.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let theirs = theirs.text();
    assert_eq!(ours.len(), theirs.lines().count(), "{file}");
    let mut same = 0;
    for (ours, theirs) in ours.iter().zip(theirs.lines()) {
        let values: Vec<_> = theirs.split('|').collect();
        // An error of ICMP quotes a packet, whose ports are not its own.
        let quotes = ours["protocol"].as_str().is_some_and(|protocol| protocol.starts_with("ICMP"));
        for (((field, get), theirs), at) in FIELDS.iter().zip(values).zip(0..) {
            // Without its flag an acknowledgment number means nothing; tshark tells it all the same. Beyond a header
            // that cannot be, what a packet says is told here no more.
            let stopped = ours["info"]
                .as_str()
                .is_some_and(|info| info.contains("stops here") || info.contains("(cut: "));
            let counts = match *field {
                "tcp.flags" | "tcp.seq" => !stopped,
                "tcp.ack" => !ours["ack"].is_null(),
                _ => true,
            };
            if theirs.is_empty() || (quotes && at >= 8) || !counts {
                continue;
            }
            // Two bits of the flags are reserved, and one is experimental.
            let mine = get(ours);
            let theirs = if *field == "tcp.flags" { known(theirs) } else { theirs.to_owned() };
            assert_eq!(mine.as_deref(), Some(theirs.as_str()), "{field} of {ours} in {file}");
            same += 1;
        }
    }
    Some(same)
}

fn known(flags: &str) -> String {
    let bits = u16::from_str_radix(flags.trim_start_matches("0x"), 16).unwrap();
    format!("0x{:04x}", bits & 0xff)
}
