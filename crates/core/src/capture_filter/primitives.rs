//! The tests, for people: what the document is made of and what tests begin with.

/// A test, for people.
#[derive(Debug, Clone, Copy)]
pub struct PrimitiveSpec {
    /// How it is written: capitals are filled in, brackets may be left out, a bar divides choices.
    pub syntax: &'static str,
    /// One line that says which packets pass.
    pub help: &'static str,
    /// One as it may be written.
    pub example: &'static str,
}

const fn row(syntax: &'static str, help: &'static str, example: &'static str) -> PrimitiveSpec {
    PrimitiveSpec { syntax, help, example }
}

/// All tests.
pub static PRIMITIVES: &[PrimitiveSpec] = &[
    row("PROTOCOL", "packets of this protocol", "tcp"),
    row(
        "[ip|ip6|arp|rarp] [DIR] [host] ADDRESS",
        "from or to this address, or one of this name",
        "src host 10.0.0.1",
    ),
    row(
        "[ip|ip6|arp|rarp] [DIR] net NET[/LENGTH]",
        "from or to this net; 10 is 10.0.0.0/8, 10.1 is 10.1.0.0/16",
        "net 10.0.0.0/8",
    ),
    row(
        "[ip|arp|rarp] [DIR] net NET mask MASK",
        "the same, with the bits that count",
        "net 10.0.0.0 mask 255.0.0.0",
    ),
    row(
        "[tcp|udp|sctp] [DIR] port PORT",
        "from or to this port, a number or a usual name",
        "udp dst port 53",
    ),
    row("[tcp|udp|sctp] [DIR] portrange PORT-PORT", "from or to one of these ports", "portrange 6000-6008"),
    row(
        "[ip|ip6] proto NUMBER|NAME",
        "IP that carries this protocol, first behind its header",
        "ip proto 47",
    ),
    row(
        "ether proto NUMBER|NAME",
        "this type of Ethernet; up to 1500 a service access point of IEEE 802.2",
        "ether proto 0x88cc",
    ),
    row("ether [DIR] [host] MAC", "from or to this address of Ethernet", "ether host 02:00:00:00:00:01"),
    row("[ether] broadcast", "to all on the link", "broadcast"),
    row("[ether] multicast", "to a group on the link, or to all", "multicast"),
    row("ip broadcast", "IPv4 to all of the net, where its mask is known", "ip broadcast"),
    row("ip multicast", "IPv4 to a group", "ip multicast"),
    row("ip6 multicast", "IPv6 to a group", "ip6 multicast"),
    row("less LENGTH", "at most so many bytes on the wire", "less 128"),
    row("greater LENGTH", "at least so many bytes on the wire", "greater 1000"),
    row("vlan [NUMBER]", "with a VLAN tag; all that follows looks behind the tag", "vlan 100 and tcp"),
    row("inbound", "not sent by this machine; not in files of Ethernet", "inbound"),
    row("outbound", "sent by this machine; not in files of Ethernet", "outbound"),
    row("ifindex NUMBER", "of the interface with this number; not in files of Ethernet", "ifindex 2"),
    row(
        "VALUE RELATION VALUE",
        "where the comparison holds: = == != < <= > >=, without signs",
        "tcp[tcpflags] & tcp-syn != 0",
    ),
];
