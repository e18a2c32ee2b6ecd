//! Packets opened field by field.

use sockscope_view::dissect::{Context, Link, Mark, Node, Tree, decode};

use crate::made::{
    Ends, FOUR, Four, SIX, ethernet, ethertype, extension, icmp, ip, ipv4, ipv6, octets, patch, tcp, udp,
};

fn tree(link: Link, bytes: &[u8]) -> Tree {
    Tree::of(&decode(link, bytes, bytes.len() as u32), &Context::default())
}

/// The tree of what IP carries.
fn carried(ends: Ends, protocol: u8, bytes: &[u8]) -> Tree {
    tree(Link::Raw, &ip(ends, protocol, bytes))
}

/// A tree as text.
pub(crate) fn text(tree: &Tree) -> String {
    let line = |node: &Node| {
        let (indent, mark) =
            ("  ".repeat(node.depth.into()), node.mark.map_or(String::new(), |mark| format!(" {mark:?}")));
        format!("{indent}{} {}..{}: {}{mark}\n", node.label, node.range.start, node.range.end, node.value)
    };
    tree.nodes.iter().map(line).collect()
}

/// The values of all nodes with this label.
fn values<'t>(tree: &'t Tree, label: &str) -> Vec<&'t str> {
    tree.nodes.iter().filter(|node| node.label == label).map(|node| node.value.as_str()).collect()
}

#[test]
fn every_field_has_its_bytes() {
    let bytes = ethernet(ethertype(FOUR), &ip(FOUR, 17, &udp(FOUR, 54321, 8080, b"1")));
    let want = "\
Ethernet 0..14: 02:00:00:00:00:02 → 02:00:00:00:00:01
  Destination address 0..6: 02:00:00:00:00:01
    Group 0..1: one station
    Administration 0..1: given locally
  Source address 6..12: 02:00:00:00:00:02
    Group 6..7: one station
    Administration 6..7: given locally
  Type 12..14: 0x0800 (IPv4)
IPv4 14..34: 192.168.10.2 → 192.168.10.1
  Version 14..15: 4
  Header length 14..15: 20 bytes (5 words)
  DSCP 15..16: 0 (default)
  ECN 15..16: 0 (not ECN-capable)
  Total length 16..18: 29 bytes
  Identification 18..20: 0x0000 (0)
  Flags 20..21: 0b000
    Reserved 20..21: not set
    Don't fragment 20..21: not set
    More fragments 20..21: not set
  Fragment offset 20..22: 0 bytes
  Time to live 22..23: 64
  Protocol 23..24: 17 (UDP)
  Header checksum 24..26: 0xe57c, good
  Source address 26..30: 192.168.10.2
  Destination address 30..34: 192.168.10.1
UDP 34..42: 54321 → 8080
  Source port 34..36: 54321
  Destination port 36..38: 8080
  Length 38..40: 9 bytes
  Checksum 40..42: 0x45c6, good
Data 42..43: 1 byte
Trailer 43..60: 17 bytes behind the packet
";
    assert_eq!(text(&tree(Link::Ethernet, &bytes)), want);
}

#[test]
fn flags_and_options_of_tcp_are_opened() {
    let options = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9, 1, 3, 3, 7];
    let tree = carried(SIX, 6, &tcp(SIX, 80, 2, &options, b""));
    assert_eq!(values(&tree, "SYN"), ["set: sequence numbers begin here"]);
    assert_eq!(values(&tree, "ACK"), ["not set"]);
    assert_eq!(values(&tree, "Maximum segment size"), ["1460 bytes"]);
    assert_eq!(values(&tree, "Window scale"), ["windows are times 128"]);
    assert_eq!(values(&tree, "Timestamps"), ["7, echo 9"]);
    assert!(values(&tree, "Checksum")[0].ends_with(", good"));
    assert_eq!(values(&tree, "Acknowledgment number"), ["2596069104: does not count, ACK is not set"]);
    let flawed = carried(SIX, 6, &tcp(SIX, 80, 2, &[2, 9, 5, 0xb4], b""));
    assert_eq!(values(&flawed, "Option"), ["length 9 cannot be: 4 bytes are left"]);
}

#[test]
fn checksums_are_judged() {
    let good = ip(FOUR, 17, &udp(FOUR, 1, 2, b"abc"));
    let judged = |change: &dyn Fn(&mut Vec<u8>), len: u32, outgoing| {
        let mut bytes = good.clone();
        change(&mut bytes);
        let tree = Tree::of(&decode(Link::Raw, &bytes, len), &Context { outgoing, whole: None });
        let node = tree.nodes.iter().find(|node| node.label == "Checksum").unwrap();
        (node.value.clone(), node.mark)
    };
    let found = u16::from_be_bytes([good[26], good[27]]);
    assert_eq!(judged(&|_| {}, 31, None), (format!("{found:#06x}, good"), None));
    let bad = format!("0x0001, bad: should be {found:#06x}");
    assert_eq!(judged(&|bytes| patch(bytes, 26, 1), 31, None), (bad.clone(), Some(Mark::Bad)));
    let likely = format!("{bad}; likely left to the network card, the packet was leaving");
    assert_eq!(judged(&|bytes| patch(bytes, 26, 1), 31, Some(true)), (likely, Some(Mark::Note)));
    assert_eq!(judged(&|bytes| patch(bytes, 26, 0), 31, None), ("0x0000, none".to_owned(), None));
    let cut = format!("{found:#06x}, cannot be told: the packet was cut");
    assert_eq!(judged(&|bytes| bytes.truncate(30), 31, None), (cut, None));
    // The sum of addresses, protocol and length: what Linux leaves in the field.
    let sum = !crate::made::sum(&[&octets(FOUR.from), &octets(FOUR.to), &[0, 17, 0, 11]]);
    let (value, mark) = judged(&|bytes| patch(bytes, 26, sum), 31, None);
    assert!(value.contains("not filled in") && mark == Some(Mark::Note), "{value}");
}

#[test]
fn what_is_missing_says_where_and_why() {
    let bytes = ip(FOUR, 6, &tcp(FOUR, 80, 2, &[], b"hello"));
    let tree = Tree::of(&decode(Link::Raw, &bytes[..30], 45), &Context::default());
    let last = tree.nodes.last().unwrap();
    assert_eq!((last.mark, last.range.clone()), (Some(Mark::Stop), 20..30));
    assert_eq!(last.value, "cut: 10 of 20 bytes recorded");
    assert_eq!(values(&tree, "Sequence number"), ["305419896"]);
    assert!(values(&tree, "Window").is_empty());
    let tree = Tree::of(&decode(Link::Raw, &bytes[..42], 45), &Context::default());
    assert_eq!(tree.nodes.last().unwrap().value, "cut: 2 of 5 bytes recorded");
}

#[test]
fn options_of_ip_are_opened() {
    let options =
        vec![7, 7, 8, 10, 0, 0, 1, 148, 4, 0, 0, 68, 12, 13, 1, 10, 0, 0, 2, 0, 0, 0, 5, 1, 200, 3, 9];
    let four = Four { options, ..Four::default() };
    let tree = tree(Link::Raw, &ipv4(FOUR, 17, &four, &udp(FOUR, 1, 2, b"")));
    assert_eq!(values(&tree, "Address"), ["10.0.0.1", "10.0.0.2"]);
    assert_eq!(values(&tree, "Router alert"), ["option 148"]);
    assert_eq!(values(&tree, "Time"), ["5 ms since midnight UT"]);
    assert_eq!(values(&tree, "Option"), ["option 200"]);
    assert_eq!(values(&tree, "Value"), ["0 (routers shall look at the packet)", "09"]);
    let chain = extension(17, &[5, 2, 0, 0, 0xc9, 0], &udp(SIX, 1, 2, b""));
    let tree = self::tree(Link::Raw, &ipv6(SIX, 0, &chain));
    assert_eq!(values(&tree, "If not known")[..1], ["skip it"]);
    assert_eq!(values(&tree, "Value"), ["0 (multicast listener discovery)"]);
}

#[test]
fn an_error_opens_the_packet_that_it_quotes_once() {
    let inner = ip(SIX, 17, &udp(SIX, 7, 9, &[0; 40]));
    let once = ip(SIX, 58, &icmp(SIX, 3, 0, &[&[0; 4], &inner[..52]].concat()));
    let tree = carried(SIX, 58, &icmp(SIX, 1, 4, &[&[0; 4], &once[..]].concat()));
    assert_eq!(values(&tree, "Quoted packet").len(), 2);
    let shown = text(&tree);
    assert!(shown.contains("    ICMPv6 88..148: Time exceeded: hop limit ran out"), "{shown}");
    assert!(shown.contains("cannot be told: only the beginning of the packet is quoted"), "{shown}");
    assert!(!shown.contains("UDP 1"), "{shown}");
}

#[test]
fn neighbours_are_opened() {
    let target = octets(SIX.to);
    let body = [&[0, 0, 0, 0][..], &target, &[1, 1, 2, 0, 0, 0, 0, 9]].concat();
    let tree = carried(SIX, 58, &icmp(SIX, 135, 0, &body));
    assert_eq!(values(&tree, "Target address"), ["fe80::2"]);
    assert_eq!(values(&tree, "Address"), ["02:00:00:00:00:09"]);
}

#[test]
fn records_are_opened() {
    let mut answer = b"\x12\x34\x81\x80\0\x01\0\x06\0\0\0\x01\x07example\x03com\0\0\x01\0\x01".to_vec();
    let records: [(u8, &[u8]); 6] = [
        (1, &[1, 2, 3, 4]),
        (16, b"\x02hi\x03a\x1bb"),
        (15, b"\0\x0a\x02mx\xc0\x0c"),
        (6, b"\xc0\x0c\x01m\xc0\x0c\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0\x05"),
        (33, b"\0\x01\0\x02\x1f\x90\xc0\x0c"),
        (65, b"\0\x01\0\0\x01\0\x06\x02h2\x02h3\0\x03\0\x02\x01\xbb"),
    ];
    for (kind, data) in records {
        answer.extend_from_slice(&[0xc0, 0x0c, 0, kind, 0, 1, 0, 0, 0, 60, 0, data.len() as u8]);
        answer.extend_from_slice(data);
    }
    answer.extend_from_slice(b"\0\0\x29\x04\xd0\0\0\x80\0\0\x06\0\x0a\0\x02\xaa\xbb");
    let tree = carried(FOUR, 17, &udp(FOUR, 53, 4000, &answer));
    let want = [
        "example.com 1 (A) 1.2.3.4",
        "example.com 16 (TXT) \"hi\" \"a\\x1bb\"",
        "example.com 15 (MX) mx.example.com",
        "example.com 6 (SOA) example.com",
        "example.com 33 (SRV) example.com:8080",
        "example.com 65 (HTTPS)",
    ];
    assert_eq!(values(&tree, "Answer"), want);
    assert_eq!(values(&tree, "alpn"), ["h2, h3"]);
    assert_eq!((values(&tree, "Minimum"), values(&tree, "Mailbox")), (vec!["5 s"], vec!["m.example.com"]));
    assert_eq!(
        (values(&tree, "Cookie"), values(&tree, "UDP payload size")),
        (vec!["aa bb"], vec!["1232 bytes"])
    );
    answer.truncate(60);
    let tree = carried(FOUR, 17, &udp(FOUR, 53, 4000, &answer));
    assert_eq!(tree.nodes.last().unwrap().mark, Some(Mark::Stop));
}

#[test]
fn the_state_of_a_drone_falls_into_keys() {
    let tree = carried(FOUR, 17, &udp(FOUR, 8889, 8890, b"pitch:0;bat:87;baro:-24.59;odd:1;\r\n"));
    assert_eq!(values(&tree, "bat"), ["87 (battery, %)"]);
    assert_eq!(values(&tree, "odd"), ["1"]);
    let tree = carried(FOUR, 17, &udp(FOUR, 8889, 9000, b"ok"));
    assert_eq!((values(&tree, "Tello"), values(&tree, "Text")), (vec!["reply"], vec!["ok"]));
}
