//! What libpcap refuses is refused here too, but for what the document names.

use sockscope_core::capture_filter::{Filter, LinkType, MISSING, Program, Target, numeric};

use crate::oracle::Tcpdump;

fn ours(link: LinkType, text: &str) -> Option<Program> {
    Filter::parse(text).and_then(|filter| filter.compile(&Target::file(link), &mut numeric)).ok()
}

#[test]
fn both_refuse() {
    let Some(tcpdump) = Tcpdump::new(LinkType::Ethernet, &[]) else { return };
    for text in [
        "foo",
        "80",
        "10.0.0.1",
        "and",
        "tcp and",
        "not",
        "(tcp",
        "tcp)",
        "()",
        "tcp udp",
        "tcp and 80",
        "port 80 and tcp and 443",
        "(port 80) or 443",
        "tcp port 65536",
        "tcp port 99999",
        "port 80-90",
        "portrange a-b",
        "portrange 1-65536",
        "icmp port 80",
        "ip port 80",
        "udp port ssh",
        "tcp host 10.0.0.1",
        "ip6 host 10.0.0.1",
        "ip host ::1",
        "ether host 10.0.0.1",
        "host 02:00:00:00:00:01",
        "ether 02:00:00:00:00:01",
        "port 10.0.0.1",
        "port ::1",
        "host 10.0.0.256",
        "host 10.0.0.0/8",
        "host fe80::/10",
        "net 10.0.0.1/8",
        "net 10.0.0.0/33",
        "net fe80::1/10",
        "net fe80::/129",
        "net 10.0.0.1 mask 255.0.0.0",
        "net fe80:: mask ffc0::",
        "ip 10.0.0.1",
        "src proto 6",
        "arp proto 6",
        "tcp proto 6",
        "ip proto 10.0.0.1",
        "ip proto \\nosuch",
        "ether proto \\nosuch",
        "ether",
        "len",
        "len > ",
        "len > 5 > 3",
        "5",
        "tcp[0",
        "tcp[0]",
        "tcp[] = 1",
        "tcp[0:3] = 1",
        "tcp[0:0] = 1",
        "tcp[0:x] = 1",
        "esp[0] = 1",
        "stp[0] = 1",
        "ether[0] / 0 = 1",
        "ether[0] % 0 = 1",
        "ether[0] << 32 = 1",
        "ether[0] >> 32 = 1",
        "4294967296 = len",
        "089 = len",
        "0x100000000 = len",
        "len-4 > 0",
        "TCP",
        "vlan 4096",
        "vlan (ip)",
        "inbound",
        "outbound",
        "ifindex 1",
        "tcp broadcast",
        "ip6 broadcast",
        "arp multicast",
        "gateway foo",
        "less",
        "less len",
        "1:2:3:4",
        "host 1:2:3",
        "src or host 10.0.0.1",
        "tcp;udp",
        "你好",
        "port (80 or",
        "port (80 or 443",
        "port ip",
        "src dst port 80",
    ] {
        assert!(tcpdump.compile(&["-O"], text).is_err(), "libpcap reads {text:?}");
        assert!(ours(LinkType::Ethernet, text).is_none(), "{text:?} is read");
    }
}

#[test]
fn links_have_not_all_tests() {
    for link in LinkType::ALL.into_iter().filter(|link| *link != LinkType::Ethernet) {
        let Some(tcpdump) = Tcpdump::new(link, &[]) else { return };
        for text in ["vlan", "ether host 2:0:0:0:0:1", "broadcast", "ether multicast"] {
            assert!(tcpdump.compile(&["-O"], text).is_err(), "libpcap reads {text:?} for {link:?}");
            assert!(ours(link, text).is_none(), "{text:?} is read for {link:?}");
        }
        for text in ["inbound", "ifindex 1"] {
            let theirs = tcpdump.compile(&["-O"], text).is_ok();
            assert_eq!(ours(link, text).is_some(), theirs, "{text:?} for {link:?}");
        }
    }
}

/// What is read here and not there. The document names each kind.
#[test]
fn more_is_read_here() {
    let Some(tcpdump) = Tcpdump::new(LinkType::Ethernet, &[]) else { return };
    for (text, same) in [
        ("ip proto tcp", "ip proto \\tcp"),
        ("ether proto arp", "arp"),
        ("proto icmp6", "proto 58"),
        ("port ((80 or 443) and 22)", "(port 80 or 443) and port 22"),
        ("port 80 or (443 or host 10.0.0.1)", "port 80 or port 443 or host 10.0.0.1"),
        ("ether[0] / (0 + 1) = 2", "ether[0] / 1 = 2"),
        ("len / ip[0] = 1", "len / ip[(0)] = 1"),
        ("1 << ip[40] = 2", "1 << ip[30 + 10] = 2"),
    ] {
        let read = ours(LinkType::Ethernet, text);
        assert!(read.is_some(), "{text:?} is refused");
        assert!(tcpdump.compile(&["-O"], text).is_err(), "libpcap reads {text:?}");
        assert_eq!(read, ours(LinkType::Ethernet, same), "{text:?} is {same:?}");
    }
}

/// What is read there and would never match, or not what was meant.
#[test]
fn less_is_read_here() {
    let Some(tcpdump) = Tcpdump::new(LinkType::Ethernet, &[]) else { return };
    for text in ["ip proto 300", "ether proto 70000", "portrange 1-2-3"] {
        assert!(tcpdump.compile(&["-O"], text).is_ok(), "libpcap refuses {text:?}");
        assert!(ours(LinkType::Ethernet, text).is_none(), "{text:?} is read");
    }
}

#[test]
fn what_is_missing_is_named() {
    for word in MISSING.iter().flat_map(|(words, _)| *words) {
        for text in [(*word).to_owned(), format!("tcp and {word} 5"), format!("ip {word} 5")] {
            let problem = Filter::parse(&text).expect_err(&text);
            assert_eq!(problem.what, format!("{word:?} is not built in"), "{text}");
            assert_eq!(&problem.input[problem.span], *word, "{text}");
        }
    }
}
