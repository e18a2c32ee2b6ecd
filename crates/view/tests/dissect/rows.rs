//! Packets as rows of a list.

use sockscope_core::charset::{Charset, Viewing};
use sockscope_view::dissect::{Link, Look, Row, Told, decode, info};

use crate::made::{Ends, FOUR, Four, SIX, ethernet, icmp, ip, ipv4, patch, tcp, udp};

fn row(link: Link, bytes: &[u8], look: &Look<'_>) -> String {
    let decoded = decode(link, bytes, bytes.len() as u32);
    let row = Row::of(&decoded);
    let mut out = Vec::new();
    info(&decoded, look, &mut out);
    let text = String::from_utf8(out).unwrap();
    format!("{} {} {} | {text}", row.source, row.destination, row.protocol)
}

fn plain(link: Link, bytes: &[u8]) -> String {
    row(link, bytes, &Look::default())
}

fn about(ends: Ends, protocol: u8, carried: &[u8]) -> String {
    let text = plain(Link::Raw, &ip(ends, protocol, carried));
    text.split_once(' ').and_then(|(_, rest)| rest.split_once(' ')).unwrap().1.to_owned()
}

#[test]
fn datagrams_and_segments_show_ports_length_and_text() {
    let one = plain(Link::Raw, &ip(FOUR, 17, &udp(FOUR, 54321, 8080, b"1")));
    assert_eq!(one, "192.168.10.2 192.168.10.1 UDP | 54321 → 8080  len 1  1");
    assert_eq!(about(SIX, 17, &udp(SIX, 1, 2, "你好\x1b".as_bytes())), "UDP | 1 → 2  len 7  你好\\x1b");
    let syn = tcp(FOUR, 80, 2, &[2, 4, 5, 0xb4, 4, 2, 3, 3, 7], b"");
    let want = "54321 → 80 [SYN] seq 305419896 win 64240 len 0 mss 1460 scale 7 sack permitted";
    assert_eq!(about(FOUR, 6, &syn), format!("TCP | {want}"));
    let told = Told { seq: 1, ack: Some(9), words: "retransmission" };
    let look = Look { told: Some(told), fold: Some(2), charset: None };
    let text = row(Link::Raw, &ip(SIX, 6, &tcp(SIX, 80, 0x18, &[], b"hello")), &look);
    let want = "54321 → 80 [PSH ACK] [retransmission] seq 1 ack 9 win 64240 len 5  he…(+3 B)";
    assert_eq!(text, format!("fe80::1 fe80::2 TCP | {want}"));
}

#[test]
fn text_is_shown_in_the_charset_that_was_asked_for() {
    let gbk = Viewing::Chosen(Charset::find("gbk").unwrap());
    let look = Look { charset: Some(&gbk), ..Look::default() };
    let text = row(Link::Raw, &ip(FOUR, 17, &udp(FOUR, 1, 2, b"\xc4\xe3\xba\xc3")), &look);
    assert!(text.ends_with("UDP | 1 → 2  len 4  你好"), "{text}");
}

#[test]
fn what_is_not_all_there_says_so() {
    let bytes = ip(FOUR, 17, &udp(FOUR, 1, 2, b"hello"));
    let shown = |len: usize| {
        let mut out = Vec::new();
        info(&decode(Link::Raw, &bytes[..len], 33), &Look::default(), &mut out);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(shown(30), "1 → 2  len 5  he  (cut: 2 of 5 bytes recorded)");
    assert_eq!(shown(24), "1 → 2  (cut: 4 of 8 bytes recorded)");
    assert_eq!(shown(3), "(cut: 3 of 20 bytes recorded)");
    let first = Four { id: 5, more: true, ..Four::default() };
    let text = plain(Link::Raw, &ipv4(FOUR, 17, &first, &udp(FOUR, 1, 2, &[0; 40])[..24]));
    assert!(text.ends_with("IPv4 | part of UDP, bytes 0 to 24, more follow, id 0x5"), "{text}");
}

#[test]
fn arp_asks_and_answers() {
    let asked = |operation: u8, from: [u8; 4], to: [u8; 4]| {
        let head = [0, 1, 8, 0, 6, 4, 0, operation, 2, 0, 0, 0, 0, 2];
        let bytes = ethernet(0x0806, &[&head[..], &from, &[0; 6], &to].concat());
        plain(Link::Ethernet, &bytes).split_once("ARP | ").unwrap().1.to_owned()
    };
    let (a, b) = ([10, 0, 0, 1], [10, 0, 0, 2]);
    assert_eq!(asked(1, a, b), "who has 10.0.0.2? tell 10.0.0.1");
    assert_eq!(asked(2, a, b), "10.0.0.1 is at 02:00:00:00:00:02");
    assert_eq!(asked(1, a, a), "10.0.0.1 is at 02:00:00:00:00:02 (gratuitous)");
    assert_eq!(asked(1, [0; 4], b), "who has 10.0.0.2? (probe)");
}

#[test]
fn control_messages_say_what_they_are_about() {
    assert_eq!(
        about(SIX, 58, &icmp(SIX, 128, 0, &[0, 7, 0, 9, 1, 2])),
        "ICMPv6 | Echo request id 7 seq 9 len 2"
    );
    let inner = ip(FOUR, 17, &udp(FOUR, 1, 2, &[0; 40]));
    let body = [&[0; 4], &inner[..28]].concat();
    let want = "Destination unreachable: port unreachable, about UDP 192.168.10.2:1 → 192.168.10.1:2";
    assert_eq!(about(FOUR, 1, &icmp(FOUR, 3, 3, &body)), format!("ICMP | {want}"));
}

#[test]
fn names_are_asked_for_and_given() {
    let mut query = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    query.extend_from_slice(b"\x07example\x03com\0\0\x01\0\x01");
    assert_eq!(about(FOUR, 17, &udp(FOUR, 4000, 53, &query)), "DNS | 0x1234 query A example.com");
    let mut answer = query.clone();
    patch(&mut answer, 2, 0x8180);
    patch(&mut answer, 6, 1);
    answer.extend_from_slice(b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x5d\xb8\xd8\x22");
    let want = "0x1234 answer A example.com: A 93.184.216.34";
    assert_eq!(about(FOUR, 17, &udp(FOUR, 53, 4000, &answer)), format!("DNS | {want}"));
    let framed = [&(answer.len() as u16).to_be_bytes()[..], &answer].concat();
    let mut segment = tcp(FOUR, 53, 0x18, &[], &framed);
    assert_eq!(about(FOUR, 6, &segment), format!("DNS | {want}"));
    segment.pop();
    assert!(about(FOUR, 6, &segment).starts_with("TCP | "));
    patch(&mut query, 4, 900);
    assert!(about(FOUR, 17, &udp(FOUR, 1, 5353, &query)).starts_with("mDNS | 0x1234 query A example.com"));
}

#[test]
fn a_drone_is_heard() {
    let said = |from, to, text: &[u8]| about(FOUR, 17, &udp(FOUR, from, to, text));
    assert_eq!(said(9000, 8889, b"takeoff"), "Tello | 9000 → 8889  len 7  command takeoff");
    assert_eq!(said(8889, 9000, b"87\r\n"), "Tello | 8889 → 9000  len 4  reply 87");
    assert_eq!(said(8889, 8890, b"bat:87;\r\n"), "Tello | 8889 → 8890  len 9  state bat:87;");
    assert_eq!(
        said(8889, 9000, b"\xcc\x01"),
        "Tello | 8889 → 9000  len 2  binary packet of the app protocol"
    );
}

#[test]
fn others_are_named() {
    assert_eq!(about(FOUR, 47, &[0; 8]), "GRE | len 8");
    assert_eq!(about(SIX, 4, &[0; 8]), "IPv4 in IP | len 8");
    assert!(plain(Link::Ethernet, &ethernet(0x88cc, &[0; 50])).ends_with("LLDP | len 50"));
    let text = plain(Link::Other(147), b"abc");
    assert_eq!(text, "  data | len 3  stops here: link type 147 is not opened here");
}
