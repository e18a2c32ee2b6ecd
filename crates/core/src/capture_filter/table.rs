//! The words of the language: tables for parsing, help, documents and tests.

/// Where the bytes of a protocol lie in a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// At the start: the header of the link.
    Link,
    /// Behind the header of the link, which says this type of Ethernet, or where it is at most 1500 this service
    /// access point of IEEE 802.2.
    Network(u16),
    /// Inside of IP, which says this number.
    Inside {
        /// The number in the header of IP (IANA, protocol numbers).
        number: u8,
        /// Whether it is looked for in IPv4.
        v4: bool,
        /// Whether it is looked for in IPv6.
        v6: bool,
    },
}

/// A protocol that has a word of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct ProtoSpec {
    /// The word.
    pub word: &'static str,
    /// Where it is.
    pub layer: Layer,
    /// Whether `word[...]` reads its bytes.
    pub bytes: bool,
    /// What it is.
    pub help: &'static str,
}

/// A row of [`PROTOS`].
pub(super) type Proto = &'static ProtoSpec;

const fn row(word: &'static str, layer: Layer, bytes: bool, help: &'static str) -> ProtoSpec {
    ProtoSpec { word, layer, bytes, help }
}

const fn inside(number: u8, v4: bool, v6: bool) -> Layer {
    Layer::Inside { number, v4, v6 }
}

/// All protocols with a word of their own.
pub static PROTOS: &[ProtoSpec] = &[
    row("ether", Layer::Link, true, "the header of the link"),
    row("link", Layer::Link, true, "the same"),
    row("ip", Layer::Network(0x0800), true, "IPv4"),
    row("ip6", Layer::Network(0x86dd), true, "IPv6"),
    row("arp", Layer::Network(0x0806), true, "ARP"),
    row("rarp", Layer::Network(0x8035), true, "reverse ARP"),
    row("tcp", inside(6, true, true), true, "TCP"),
    row("udp", inside(17, true, true), true, "UDP"),
    row("sctp", inside(132, true, true), true, "SCTP"),
    row("icmp", inside(1, true, false), true, "ICMP of IPv4"),
    row("icmp6", inside(58, false, true), true, "ICMP of IPv6"),
    row("igmp", inside(2, true, false), true, "IGMP"),
    row("igrp", inside(9, true, false), true, "IGRP"),
    row("pim", inside(103, true, true), true, "PIM"),
    row("vrrp", inside(112, true, false), true, "VRRP"),
    row("carp", inside(112, true, false), true, "CARP, which has the number of VRRP"),
    row("ah", inside(51, true, true), false, "authentication header of IPsec"),
    row("esp", inside(50, true, true), false, "encrypted payload of IPsec"),
    row("atalk", Layer::Network(0x809b), true, "AppleTalk"),
    row("aarp", Layer::Network(0x80f3), false, "ARP of AppleTalk"),
    row("decnet", Layer::Network(0x6003), true, "DECnet"),
    row("lat", Layer::Network(0x6004), true, "DEC LAT"),
    row("sca", Layer::Network(0x6007), true, "DEC SCA"),
    row("moprc", Layer::Network(0x6002), true, "DEC MOP remote console"),
    row("mopdl", Layer::Network(0x6001), true, "DEC MOP download"),
    row("iso", Layer::Network(0xfe), false, "OSI"),
    row("stp", Layer::Network(0x42), false, "spanning tree"),
    row("ipx", Layer::Network(0xe0), false, "IPX"),
    row("netbeui", Layer::Network(0xf0), false, "NetBEUI"),
];

/// Numbers with names: offsets into headers and what may stand there.
pub static CONSTANTS: &[(&str, u32)] = &[
    ("tcpflags", 13),
    ("tcp-fin", 0x01),
    ("tcp-syn", 0x02),
    ("tcp-rst", 0x04),
    ("tcp-push", 0x08),
    ("tcp-ack", 0x10),
    ("tcp-urg", 0x20),
    ("tcp-ece", 0x40),
    ("tcp-cwr", 0x80),
    ("icmptype", 0),
    ("icmpcode", 1),
    ("icmp-echoreply", 0),
    ("icmp-unreach", 3),
    ("icmp-sourcequench", 4),
    ("icmp-redirect", 5),
    ("icmp-echo", 8),
    ("icmp-routeradvert", 9),
    ("icmp-routersolicit", 10),
    ("icmp-timxceed", 11),
    ("icmp-paramprob", 12),
    ("icmp-tstamp", 13),
    ("icmp-tstampreply", 14),
    ("icmp-ireq", 15),
    ("icmp-ireqreply", 16),
    ("icmp-maskreq", 17),
    ("icmp-maskreply", 18),
    ("icmp6type", 0),
    ("icmp6code", 1),
    ("icmp6-destinationunreach", 1),
    ("icmp6-packettoobig", 2),
    ("icmp6-timeexceeded", 3),
    ("icmp6-parameterproblem", 4),
    ("icmp6-echo", 128),
    ("icmp6-echoreply", 129),
    ("icmp6-multicastlistenerquery", 130),
    ("icmp6-multicastlistenerreportv1", 131),
    ("icmp6-multicastlistenerdone", 132),
    ("icmp6-routersolicit", 133),
    ("icmp6-routeradvert", 134),
    ("icmp6-neighborsolicit", 135),
    ("icmp6-neighboradvert", 136),
    ("icmp6-redirect", 137),
    ("icmp6-routerrenum", 138),
    ("icmp6-nodeinformationquery", 139),
    ("icmp6-nodeinformationresponse", 140),
    ("icmp6-ineighbordiscoverysolicit", 141),
    ("icmp6-ineighbordiscoveryadvert", 142),
    ("icmp6-multicastlistenerreportv2", 143),
    ("icmp6-homeagentdiscoveryrequest", 144),
    ("icmp6-homeagentdiscoveryreply", 145),
    ("icmp6-mobileprefixsolicit", 146),
    ("icmp6-mobileprefixadvert", 147),
    ("icmp6-certpathsolicit", 148),
    ("icmp6-certpathadvert", 149),
    ("icmp6-multicastrouteradvert", 151),
    ("icmp6-multicastroutersolicit", 152),
    ("icmp6-multicastrouterterm", 153),
];

/// Names for the number of a protocol inside of IP, behind `proto`, as in protocols(5).
pub static NUMBERS: &[(&str, u8)] = &[
    ("ip", 0),
    ("hopopt", 0),
    ("icmp", 1),
    ("igmp", 2),
    ("ipencap", 4),
    ("tcp", 6),
    ("egp", 8),
    ("igp", 9),
    ("udp", 17),
    ("dccp", 33),
    ("ipv6", 41),
    ("ipv6-route", 43),
    ("ipv6-frag", 44),
    ("rsvp", 46),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("ipv6-icmp", 58),
    ("icmp6", 58),
    ("ipv6-nonxt", 59),
    ("ipv6-opts", 60),
    ("eigrp", 88),
    ("ospf", 89),
    ("etherip", 97),
    ("pim", 103),
    ("ipcomp", 108),
    ("vrrp", 112),
    ("l2tp", 115),
    ("sctp", 132),
    ("udplite", 136),
];

/// A port that has a name.
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    /// The name, as in services(5).
    pub name: &'static str,
    /// The port.
    pub port: u16,
    /// Which protocol uses it, `tcp` or `udp`; `None` for both.
    pub proto: Option<&'static str>,
}

const fn service(name: &'static str, port: u16, proto: Option<&'static str>) -> Service {
    Service { name, port, proto }
}

const TCP: Option<&str> = Some("tcp");
const UDP: Option<&str> = Some("udp");

/// The usual ones; any other port is written as a number.
pub static SERVICES: &[Service] = &[
    service("ftp-data", 20, TCP),
    service("ftp", 21, TCP),
    service("ssh", 22, TCP),
    service("telnet", 23, TCP),
    service("smtp", 25, TCP),
    service("domain", 53, None),
    service("bootps", 67, UDP),
    service("bootpc", 68, UDP),
    service("tftp", 69, UDP),
    service("http", 80, TCP),
    service("kerberos", 88, None),
    service("pop3", 110, TCP),
    service("sunrpc", 111, None),
    service("ntp", 123, UDP),
    service("imap2", 143, TCP),
    service("snmp", 161, None),
    service("snmp-trap", 162, None),
    service("bgp", 179, TCP),
    service("ldap", 389, None),
    service("https", 443, None),
    service("syslog", 514, None),
    service("submission", 587, TCP),
    service("ldaps", 636, None),
    service("domain-s", 853, None),
    service("imaps", 993, TCP),
    service("pop3s", 995, TCP),
    service("nfs", 2049, None),
    service("mysql", 3306, TCP),
    service("sip", 5060, None),
    service("mdns", 5353, UDP),
    service("postgresql", 5432, TCP),
    service("redis", 6379, TCP),
    service("http-alt", 8080, TCP),
];
