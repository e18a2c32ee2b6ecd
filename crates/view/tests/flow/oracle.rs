//! What tshark says of the same packets.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use sockscope_testkit::peers;
use sockscope_view::flow::{MARKS, Seen, Tracker, Transport};

use super::given::Packet;
use super::trace;

/// What is compared of every packet.
fn fields() -> Vec<String> {
    let plain = [
        "frame.number",
        "udp.stream",
        "tcp.stream",
        "tcp.seq",
        "tcp.nxtseq",
        "tcp.ack",
        "tcp.window_size",
        "tcp.analysis.bytes_in_flight",
        "tcp.analysis.acks_frame",
        "tcp.analysis.ack_rtt",
        "tcp.analysis.duplicate_ack_num",
        "tcp.analysis.duplicate_ack_frame",
    ];
    let marks = MARKS.iter().map(|spec| format!("tcp.analysis.{}", spec.word));
    plain.iter().map(|name| (*name).to_owned()).chain(marks).collect()
}

/// Writes the packets to a file.
pub(crate) fn file(packets: &[Packet]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.pcap");
    std::fs::write(&path, trace::pcap(packets)).unwrap();
    (folder, path)
}

/// What tshark prints of a file, with these arguments; `None` where there is no tshark.
pub(crate) fn tshark(file: &Path, args: &[&str]) -> Option<String> {
    let mut command = Command::new(peers::peer("tshark")?);
    // No name, no user's preferences, no check of the checksums of packets that were cut.
    command.args(["-n", "-C", "Default", "-r"]).arg(file).args(args);
    command.env("HOME", file.parent().unwrap());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Every packet as tshark sees it: its fields by name.
type Row = BTreeMap<String, String>;

fn theirs(file: &Path) -> Option<Vec<Row>> {
    let fields = fields();
    let mut args = vec!["-T", "fields", "-o", "tcp.relative_sequence_numbers:TRUE"];
    fields.iter().for_each(|field| args.extend(["-e", field]));
    let text = tshark(file, &args)?;
    let row = |line: &str| {
        // A mark may be told twice, as a field and as an expert's word.
        let values = line.split('\t').map(|value| if value == "1,1" { "1" } else { value }.to_owned());
        fields.iter().cloned().zip(values).filter(|(_, value)| !value.is_empty()).collect()
    };
    Some(text.lines().map(row).collect())
}

/// The same from the tracker.
fn ours(packets: &[Packet]) -> Vec<Row> {
    let mut tracker = Tracker::default();
    (1..)
        .zip(packets)
        .map(|(number, packet)| row(number, packet, &tracker.take(&packet.segment(number))))
        .collect()
}

fn row(number: u64, packet: &Packet, seen: &Seen) -> Row {
    let mut row = Row::new();
    let mut put = |name: &str, value: String| row.insert(name.to_owned(), value);
    put("frame.number", number.to_string());
    put(if seen.transport == Transport::Udp { "udp.stream" } else { "tcp.stream" }, seen.stream.to_string());
    let (Some(tcp), Some(head)) = (&seen.tcp, packet.tcp()) else { return row };
    put("tcp.seq", tcp.seq.to_string());
    put("tcp.nxtseq", tcp.next.to_string());
    // Where there is none it shows the 0 in the header.
    put("tcp.ack", tcp.ack.unwrap_or(0).to_string());
    put("tcp.window_size", tcp.window.unwrap_or(head.window.into()).to_string());
    tcp.in_flight.map(|bytes| put("tcp.analysis.bytes_in_flight", bytes.to_string()));
    if let Some(acks) = tcp.acks {
        put("tcp.analysis.acks_frame", acks.packet.to_string());
        let (seconds, nanos) = (acks.after.as_secs(), acks.after.subsec_nanos());
        // It shows no zero.
        if !acks.after.is_zero() {
            put("tcp.analysis.ack_rtt", format!("{seconds}.{nanos:09}"));
        }
    }
    if let Some(duplicate) = tcp.duplicate {
        put("tcp.analysis.duplicate_ack_num", duplicate.number.to_string());
        put("tcp.analysis.duplicate_ack_frame", duplicate.of.to_string());
    }
    for mark in tcp.marks.iter() {
        put(&format!("tcp.analysis.{}", mark.spec().word), "1".into());
    }
    row
}

/// Asserts that both see the same, besides the marks of these words; gives how often each mark was seen, or `None`
/// where there is no tshark.
pub(crate) fn same(packets: &[Packet], besides: &[&str]) -> Option<BTreeMap<&'static str, usize>> {
    let (_folder, path) = file(packets);
    let (theirs, ours) = (theirs(&path)?, ours(packets));
    assert_eq!(theirs.len(), ours.len());
    let left_out = |name: &str| besides.iter().any(|word| name.strip_prefix("tcp.analysis.") == Some(word));
    let mut seen = BTreeMap::new();
    for (at, (theirs, ours)) in theirs.iter().zip(&ours).enumerate() {
        let (more, less) = (differ(ours, theirs, left_out), differ(theirs, ours, left_out));
        assert!(
            more.is_empty() && less.is_empty(),
            "packet {}: ours {more:?}, theirs {less:?}, after {:#?}",
            at + 1,
            before(&packets[..=at])
        );
        for spec in MARKS.iter().filter(|spec| ours.contains_key(&format!("tcp.analysis.{}", spec.word))) {
            *seen.entry(spec.word).or_default() += 1;
        }
    }
    Some(seen)
}

/// What `one` says that `other` does not.
fn differ(one: &Row, other: &Row, left_out: impl Fn(&str) -> bool) -> Row {
    let differs = |(name, value): &(&String, &String)| other.get(*name) != Some(value) && !left_out(name);
    one.iter().filter(differs).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The last packets of the conversation that the last one belongs to.
fn before(packets: &[Packet]) -> Vec<String> {
    let ports = packets[packets.len() - 1].ports;
    let same: Vec<_> = (1..).zip(packets).filter(|(_, packet)| packet.ports == ports).collect();
    same[same.len().saturating_sub(20)..]
        .iter()
        .map(|(number, packet)| format!("{number} {}", told(packet)))
        .collect()
}

/// A packet in a line.
fn told(packet: &Packet) -> String {
    match packet.tcp() {
        None => format!("{:?} udp {}", packet.from, packet.len),
        Some(tcp) => format!(
            "{} {:?} {:02x} seq {} len {} ack {:?} window {} sack {:?}",
            packet.time, packet.from, tcp.flags.0, tcp.seq, packet.len, tcp.ack, tcp.window, tcp.sack[0]
        ),
    }
}
