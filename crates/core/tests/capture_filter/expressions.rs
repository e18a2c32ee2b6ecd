//! Expressions over the whole language, from a seed.

use sockscope_core::capture_filter::{CONSTANTS, LinkType, PROTOS};

use crate::given::Given;
use crate::packets::{MACS, PORTS, V4, V6};

/// Which protocols each qualifier may be.
const DIRS: &[&str] =
    &["", "", "", "src ", "dst ", "src or dst ", "dst or src ", "src and dst ", "dst and src "];

/// An expression that libpcap reads for `link`.
pub(crate) fn expression(link: LinkType, given: &mut Given) -> String {
    let depth = given.below(4);
    tests(link, given, depth)
}

fn tests(link: LinkType, given: &mut Given, depth: u32) -> String {
    if depth == 0 || given.chance(15) {
        return primitive(link, given);
    }
    let number = given.below(3) + 1;
    let mut text = String::new();
    for at in 0..number {
        if at > 0 {
            text += given.pick(&[" and ", " or ", " && ", " || "]);
        }
        let inner = tests(link, given, depth - 1);
        text += &match given.below(5) {
            0 => format!("not ({inner})"),
            1 => format!("!({inner})"),
            2 => format!("({inner})"),
            3 if number == 1 => inner,
            _ => format!("( {inner} )"),
        };
    }
    text
}

fn primitive(link: LinkType, given: &mut Given) -> String {
    let ethernet = link == LinkType::Ethernet;
    match given.below(if ethernet { 20 } else { 17 }) {
        0..3 => address(given),
        3..5 => net(given),
        5..8 => port(given),
        8..10 => proto(given),
        10 => PROTOS[2 + given.below(27) as usize].word.to_owned(),
        11 => given.pick(&["ip multicast", "ip6 multicast"]).to_owned(),
        12 => format!("{} {}", given.pick(&["less", "greater"]), given.pick(&[0, 40, 60, 90, 100, 300])),
        13..17 => relation(given),
        17 => given.pick(&["broadcast", "multicast", "ether broadcast", "link multicast"]).to_owned(),
        18 => {
            let mac = given.pick(MACS).map(|byte| format!("{byte:x}")).join(given.pick(&[":", "-", "."]));
            format!("ether {}{mac}", given.pick(&["host ", "src ", "dst ", "src or dst ", "src host "]))
        }
        _ => given.pick(&["vlan", "vlan", "vlan 5", "vlan 100", "vlan (1)"]).to_owned(),
    }
}

fn v4(given: &mut Given) -> String {
    let [a, b, c, d] = given.pick(V4);
    match given.below(8) {
        0 => format!("{a}.{b}"),
        1 => format!("{a}.{b}.{c}"),
        _ => format!("{a}.{b}.{c}.{d}"),
    }
}

/// One or more behind the same words.
fn several(given: &mut Given, head: &str, mut one: impl FnMut(&mut Given) -> String) -> String {
    let first = one(given);
    match given.below(8) {
        0 => format!("{head}{first} or {}", one(given)),
        1 => format!("{head}{first} and not {}", one(given)),
        2 => format!("{head}({first} or {})", one(given)),
        3 => format!("{head}{first} or ({} and {})", one(given), one(given)),
        _ => format!("{head}{first}"),
    }
}

fn address(given: &mut Given) -> String {
    let dir = given.pick(DIRS);
    if given.chance(30) {
        let head = format!("{}{dir}host ", given.pick(&["", "ip6 "]));
        return several(given, &head, |given| given.pick(V6).to_owned());
    }
    let head = format!("{}{dir}host ", given.pick(&["", "", "ip ", "arp ", "rarp "]));
    several(given, &head, v4)
}

fn net(given: &mut Given) -> String {
    let dir = given.pick(DIRS);
    if given.chance(30) {
        let net =
            given.pick(&["2001:db8::/32", "fe80::/10", "::/0", "ff00::/8", "2001:db8::1", "2001:db8::/127"]);
        return format!("{}{dir}net {net}", given.pick(&["", "ip6 "]));
    }
    let net = given.pick(&[
        "10",
        "10.0.0.0/8",
        "10.0.0.0/30",
        "10.0/16",
        "10.1.2",
        "192.168.1.0 mask 255.255.255.0",
        "0.0.0.0/0",
        "224.0.0.0/4",
        "10.0.0.1/32",
        "10.0.0.1 mask 255.0.255.255",
    ]);
    format!("{}{dir}net {net}", given.pick(&["", "ip ", "arp "]))
}

fn port(given: &mut Given) -> String {
    let proto = given.pick(&["", "", "tcp ", "udp ", "sctp "]);
    let dir = given.pick(DIRS);
    if given.chance(25) {
        let range = given.pick(&["1-100", "443-8080", "8080-443", "53-53", "0-65535", "6000", "ssh-http"]);
        let proto = if range == "ssh-http" { "" } else { proto };
        return format!("{proto}{dir}portrange {range}");
    }
    if given.chance(15) {
        let name = given.pick(&["http", "domain", "ssh", "https", "\\domain"]);
        return format!("{dir}port {name}");
    }
    several(given, &format!("{proto}{dir}port "), |given| given.pick(PORTS).to_string())
}

fn proto(given: &mut Given) -> String {
    let number = |given: &mut Given| given.pick(&[1, 6, 17, 44, 47, 58, 0, 132]).to_string();
    match given.below(4) {
        0 => {
            let head = given.pick(&["proto ", "ip proto ", "ip6 proto "]);
            several(given, head, number)
        }
        1 => format!(
            "{}proto \\{}",
            given.pick(&["", "ip ", "ip6 "]),
            given.pick(&["tcp", "udp", "icmp", "gre", "ipv6-icmp"])
        ),
        2 => format!(
            "ether proto {}",
            given.pick(&["0x800", "0x86dd", "2054", "0x88cc", "66", "0xfe", "0x1234"])
        ),
        _ => format!(
            "ether proto \\{}",
            given.pick(&["ip", "ip6", "arp", "stp", "iso", "ipx", "netbeui", "aarp", "atalk", "loopback"])
        ),
    }
}

/// The order in which libpcap looks at the protocols of a comparison is that of its leftmost value alone, so all
/// others are of the same protocol.
fn relation(given: &mut Given) -> String {
    let sign = given.pick(&["=", "==", "!=", "<", "<=", ">", ">="]);
    let common = [
        "tcp[tcpflags] & tcp-syn != 0",
        "tcp[13] & (tcp-syn|tcp-fin) != 0",
        "icmp[icmptype] = icmp-echo",
        "icmp6[icmp6type] == 128",
        "ip[6:2] & 0x1fff = 0",
        "ip[0] & 0xf != 5",
        "ether[0] & 1 = 0",
        "len > 100",
        "udp[4:2] < 100",
    ];
    if given.chance(25) {
        return given.pick(&common).to_owned();
    }
    let words =
        ["ether", "ip", "ip", "ip6", "tcp", "tcp", "udp", "icmp", "icmp6", "arp", "link", "sctp", "pim"];
    let (left, right) = (given.pick(&words), given.pick(&words));
    let left = format!("{}{}", bytes(given, left, 1), rest(given, left, 2));
    let right = if given.chance(60) { number(given) } else { bytes(given, right, 1) };
    format!("{left} {sign} {right}")
}

/// The rest of a value behind its first part.
fn rest(given: &mut Given, proto: &str, depth: u32) -> String {
    if depth == 0 || given.chance(40) {
        return String::new();
    }
    let sign = given.pick(&["+", "-", "*", "/", "&", "|", "^", "%", "<<", ">>"]);
    let operand = match (sign, given.below(4)) {
        ("<<" | ">>", 0..3) => given.below(32).to_string(),
        ("/" | "%", 0..3) => (given.below(9) + 1).to_string(),
        ("/" | "%" | "<<" | ">>", _) | (_, 0) => bytes(given, proto, 0),
        (_, 1) => "len".to_owned(),
        (_, 2) => format!("({}{})", bytes(given, proto, 0), rest(given, proto, depth - 1)),
        _ => number(given),
    };
    format!(" {sign} {operand}{}", rest(given, proto, depth - 1))
}

fn bytes(given: &mut Given, proto: &str, depth: u32) -> String {
    let offset = match given.below(8) {
        0 if depth > 0 => {
            let inner = given.pick(&["ip", "tcp", "ether", "ip6"]);
            format!("{} & 0x1f", bytes(given, inner, depth - 1))
        }
        1 if depth > 0 => "len - 8".to_owned(),
        2 => given.pick(&["0x10", "2+2", "(3)", "70", "icmptype"]).to_owned(),
        _ => given.below(24).to_string(),
    };
    format!("{proto}[{offset}{}]", given.pick(&["", "", ":1", ":2", ":4"]))
}

fn number(given: &mut Given) -> String {
    if given.chance(15) {
        return CONSTANTS[given.below(57) as usize].0.to_owned();
    }
    given
        .pick(&["0", "1", "2", "5", "0x40", "80", "0177", "1000", "0x0a000001", "-1", "(1 + 2) * 3"])
        .to_owned()
}
