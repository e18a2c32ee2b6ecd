//! The same packets as tshark takes them apart: field by field, quoted packets included.

use std::fs;

use sockscope_testkit::peers;
use sockscope_view::dissect::{Context, Link, Node, Tree, decode};
use sockscope_view::flow::Head;

use crate::corpus;

/// How a value of a node is written in a field of tshark.
#[derive(Clone, Copy)]
enum As {
    /// The same.
    Same,
    /// Its first word: the rest is explanation.
    First,
    /// Its first word, as a number in whatever base.
    Number,
    /// What is said about a checksum (`proto_checksum_enum_e` of Wireshark).
    Status,
}

/// The label of a node, that of the node it is part of, the field of tshark or several
/// for which there is one name here, how it is written there.
const FIELDS: &[(&str, &str, &str, As)] = &[
    ("Destination address", "Ethernet", "eth.dst", As::Same),
    ("Source address", "Ethernet", "eth.src", As::Same),
    ("VLAN identifier", "VLAN tag", "ieee8021ad.id vlan.id", As::Same),
    ("Interface index", "Linux cooked capture 2", "sll.ifindex", As::Same),
    ("Operation", "ARP", "arp.opcode", As::First),
    ("Sender hardware address", "ARP", "arp.src.hw_mac", As::Same),
    ("Sender protocol address", "ARP", "arp.src.proto_ipv4", As::Same),
    ("Target protocol address", "ARP", "arp.dst.proto_ipv4", As::Same),
    ("Source address", "IPv4", "ip.src", As::Same),
    ("Destination address", "IPv4", "ip.dst", As::Same),
    ("Header length", "IPv4", "ip.hdr_len", As::First),
    ("DSCP", "IPv4", "ip.dsfield.dscp", As::First),
    ("ECN", "IPv4", "ip.dsfield.ecn", As::First),
    ("Total length", "IPv4", "ip.len", As::First),
    ("Identification", "IPv4", "ip.id", As::Number),
    ("Time to live", "IPv4", "ip.ttl", As::Same),
    ("Protocol", "IPv4", "ip.proto", As::First),
    ("Header checksum", "IPv4", "ip.checksum.status", As::Status),
    ("Source address", "IPv6", "ipv6.src", As::Same),
    ("Destination address", "IPv6", "ipv6.dst", As::Same),
    ("Traffic class", "IPv6", "ipv6.tclass", As::Number),
    ("Flow label", "IPv6", "ipv6.flow", As::Number),
    ("Payload length", "IPv6", "ipv6.plen", As::First),
    ("Next header", "IPv6", "ipv6.nxt", As::First),
    ("Hop limit", "IPv6", "ipv6.hlim", As::Same),
    ("Source port", "UDP", "udp.srcport", As::Same),
    ("Destination port", "UDP", "udp.dstport", As::Same),
    ("Length", "UDP", "udp.length", As::First),
    ("Checksum", "UDP", "udp.checksum.status", As::Status),
    ("Source port", "TCP", "tcp.srcport", As::Same),
    ("Destination port", "TCP", "tcp.dstport", As::Same),
    ("Sequence number", "TCP", "tcp.seq_raw", As::Same),
    ("Acknowledgment number", "TCP", "tcp.ack_raw", As::Number),
    ("Flags", "TCP", "tcp.flags", As::Number),
    ("Window", "TCP", "tcp.window_size_value", As::Same),
    ("Checksum", "TCP", "tcp.checksum.status", As::Status),
    ("Urgent pointer", "TCP", "tcp.urgent_pointer", As::Number),
    ("Value", "Maximum segment size", "tcp.options.mss_val", As::First),
    ("Shift", "Window scale", "tcp.options.wscale.shift", As::Same),
    ("Timestamp", "Timestamps", "tcp.options.timestamp.tsval", As::Same),
    ("Timestamp echo", "Timestamps", "tcp.options.timestamp.tsecr", As::Same),
    ("Left edge", "SACK", "tcp.options.sack_le", As::Same),
    ("Right edge", "SACK", "tcp.options.sack_re", As::Same),
    ("Type", "ICMP", "icmp.type", As::First),
    ("Code", "ICMP", "icmp.code", As::First),
    ("Checksum", "ICMP", "icmp.checksum.status", As::Status),
    ("Identifier", "ICMP", "icmp.ident", As::Number),
    ("Sequence number", "ICMP", "icmp.seq", As::Number),
    ("Next-hop MTU", "ICMP", "icmp.mtu", As::First),
    ("Gateway address", "ICMP", "icmp.redir_gw", As::Same),
    ("Type", "ICMPv6", "icmpv6.type", As::First),
    ("Code", "ICMPv6", "icmpv6.code", As::First),
    ("Checksum", "ICMPv6", "icmpv6.checksum.status", As::Status),
    ("Identifier", "ICMPv6", "icmpv6.echo.identifier", As::Number),
    ("Sequence number", "ICMPv6", "icmpv6.echo.sequence_number", As::Number),
    ("Target address", "ICMPv6", "icmpv6.nd.ns.target_address icmpv6.nd.na.target_address", As::Same),
    ("Multicast address", "Record", "icmpv6.mldr.mar.multicast_address", As::Same),
    ("Prefix", "Prefix information", "icmpv6.opt.prefix", As::Same),
    ("Name", "Question", "dns.qry.name", As::Same),
    ("Name", "Answer", "dns.resp.name", As::Same),
    ("Time to live", "Answer", "dns.resp.ttl", As::First),
    ("Address", "Answer", "dns.a dns.aaaa", As::Same),
    ("Canonical name", "Answer", "dns.cname", As::Same),
    ("Domain name", "Answer", "dns.ptr.domain_name", As::Same),
    ("Mailbox", "Answer", "dns.soa.rname", As::Same),
    ("Exchange", "Answer", "dns.mx.mail_exchange", As::Same),
    ("Target", "Answer", "dns.srv.target", As::Same),
    ("Text", "Answer", "dns.txt", As::Same),
];

/// A recording in the format of libpcap (pcap-savefile(5)).
pub(crate) fn pcap(link: Link, packets: &[Vec<u8>]) -> Vec<u8> {
    let head = [0xa1b2_c3d4, 0x0002_0004, 0, 0, 262_144, u32::from(link.number())];
    let mut out = head.map(u32::to_be_bytes).concat();
    for (packet, second) in packets.iter().zip(1..) {
        let len = packet.len() as u32;
        out.extend_from_slice(&[second, 0, len, len].map(u32::to_be_bytes).concat());
        out.extend_from_slice(packet);
    }
    out
}

/// What tshark says of each packet, a column for each field; `None` where there is no tshark.
pub(crate) fn ask(
    link: Link,
    packets: &[Vec<u8>],
    fields: &[&str],
    options: &[&str],
) -> Option<Vec<Vec<String>>> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("packets.pcap");
    fs::write(&file, pcap(link, packets)).expect("a file");
    let mut command = peers::command("tshark", &["-n", "-T", "fields", "-E", "separator=|", "-r"])?;
    command.arg(&file);
    let checks = ["ip.check_checksum:TRUE", "udp.check_checksum:TRUE", "tcp.check_checksum:TRUE"];
    for option in checks.iter().chain(options).chain(&["tcp.relative_sequence_numbers:FALSE"]) {
        command.args(["-o", option]);
    }
    for field in fields {
        command.args(["-e", field]);
    }
    let output = command.output().expect("tshark runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let rows: Vec<Vec<String>> =
        text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect();
    assert_eq!(rows.len(), packets.len());
    Some(rows)
}

/// The nodes with a label that are part of one with another.
fn labelled<'t>(tree: &'t Tree, label: &str, parent: &str) -> Vec<&'t Node> {
    let mut found = Vec::new();
    for index in 0..tree.nodes.len() {
        let node = &tree.nodes[index];
        // The name of a service is told in pieces by tshark.
        let skipped = label == "Name" && node.value.contains("(SRV)");
        if node.label == parent && !skipped {
            found.extend(tree.parts(index).map(|part| &tree.nodes[part]).filter(|node| node.label == label));
        }
    }
    found
}

fn number(text: &str) -> String {
    let first = text.split([' ', ':']).next().unwrap_or(text);
    let value = first.strip_prefix("0x").map_or_else(|| first.parse(), |hex| u64::from_str_radix(hex, 16));
    value.map_or_else(|_| text.to_owned(), |value| value.to_string())
}

/// What a node says, as tshark writes it.
fn ours_as(value: &str, way: As) -> String {
    match way {
        As::Same => value.to_owned(),
        As::First => value.split(' ').next().unwrap_or_default().to_owned(),
        As::Number => number(value),
        As::Status => {
            let words =
                [("good", "1"), ("none", "3"), ("cannot be told", "2"), ("go without", "4"), ("bad", "0")];
            let known = words.iter().find(|(words, _)| value.contains(words));
            known.map_or_else(|| value.to_owned(), |(_, status)| (*status).to_owned())
        }
    }
}

fn theirs_as(values: &str, way: As) -> Vec<String> {
    let each = values.split(',').filter(|value| !value.is_empty());
    each.map(|value| if matches!(way, As::Number) { number(value) } else { value.to_owned() }).collect()
}

#[test]
fn fields_are_those_of_tshark() {
    let corpus = [3, 4, 5].map(corpus::packets).concat();
    let mut links: Vec<Link> = corpus.iter().map(|(link, _)| *link).collect();
    links.sort_by_key(|link| link.number());
    links.dedup();
    let names = FIELDS.iter().flat_map(|(_, _, field, _)| field.split(' '));
    let names: Vec<&str> = names.chain(["tcp.len"]).collect();
    let (mut wrong, mut compared) = (String::new(), 0);
    for link in links {
        let packets: Vec<Vec<u8>> =
            corpus.iter().filter(|(own, _)| *own == link).map(|(_, bytes)| bytes.clone()).collect();
        let Some(rows) = ask(link, &packets, &names, &[]) else { return };
        for (packet, row) in packets.iter().zip(&rows) {
            let decoded = decode(link, packet, packet.len() as u32);
            let tree = Tree::of(&decoded, &Context::default());
            if let (Some(Head::Tcp(_)), None) = (decoded.head, decoded.stop) {
                assert_eq!(row.last(), Some(&decoded.payload_len.to_string()), "{packet:02x?}");
            }
            let mut columns = row.iter();
            for (label, parent, field, way) in FIELDS {
                let nodes = labelled(&tree, label, parent);
                let mut ours: Vec<String> = nodes.iter().map(|node| ours_as(&node.value, *way)).collect();
                let several = columns.by_ref().take(field.split(' ').count());
                let mut theirs: Vec<String> = several.flat_map(|values| theirs_as(values, *way)).collect();
                if field.contains(' ') {
                    ours.sort();
                    theirs.sort();
                }
                compared += usize::from(!ours.is_empty());
                // Of a header that cannot be, fields may be told that tshark does not tell.
                let more = decoded.stop.is_some() && theirs.is_empty();
                if ours != theirs && !more {
                    wrong += &format!("{link:?} {field}: {ours:?}, tshark {theirs:?}\n  {packet:02x?}\n");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(compared > 8_000, "only {compared} values were compared");
}
