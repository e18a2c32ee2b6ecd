//! Link and network: EtherTypes, protocols, options.

use super::Table;

/// IEEE 802 numbers (<https://www.iana.org/assignments/ieee-802-numbers>).
pub(in crate::dissect) const ETHERTYPES: Table = &[
    (0x0800, "IPv4"),
    (0x0806, "ARP"),
    (0x0842, "Wake-on-LAN"),
    (0x22f0, "AVTP"),
    (0x6558, "Transparent Ethernet bridging"),
    (0x8035, "Reverse ARP"),
    (0x8100, "802.1Q VLAN tag"),
    (0x86dd, "IPv6"),
    (0x8808, "Ethernet flow control"),
    (0x8809, "Slow protocols"),
    (0x8847, "MPLS"),
    (0x8848, "MPLS with upstream label"),
    (0x8863, "PPPoE discovery"),
    (0x8864, "PPPoE session"),
    (0x888e, "802.1X authentication"),
    (0x8892, "PROFINET"),
    (0x88a4, "EtherCAT"),
    (0x88a8, "802.1ad VLAN tag"),
    (0x88cc, "LLDP"),
    (0x88e5, "MACsec"),
    (0x88f7, "PTP"),
    (0x9000, "Loopback test"),
    (0x9100, "Stacked VLAN tag"),
];

/// Protocol numbers (<https://www.iana.org/assignments/protocol-numbers>).
pub(in crate::dissect) const PROTOCOLS: Table = &[
    (0, "IPv6 hop-by-hop options"),
    (1, "ICMP"),
    (2, "IGMP"),
    (4, "IPv4 in IP"),
    (6, "TCP"),
    (8, "EGP"),
    (17, "UDP"),
    (27, "RDP"),
    (33, "DCCP"),
    (41, "IPv6 in IP"),
    (43, "IPv6 routing header"),
    (44, "IPv6 fragment header"),
    (46, "RSVP"),
    (47, "GRE"),
    (50, "ESP"),
    (51, "AH"),
    (58, "ICMPv6"),
    (59, "No next header"),
    (60, "IPv6 destination options"),
    (88, "EIGRP"),
    (89, "OSPF"),
    (94, "IPIP"),
    (97, "EtherIP"),
    (103, "PIM"),
    (108, "IPComp"),
    (112, "VRRP"),
    (115, "L2TP"),
    (132, "SCTP"),
    (135, "Mobility header"),
    (136, "UDP-Lite"),
    (137, "MPLS in IP"),
    (139, "HIP"),
    (140, "Shim6"),
    (143, "Ethernet"),
    (253, "Experiment 1"),
    (254, "Experiment 2"),
];

/// ARP hardware types (<https://www.iana.org/assignments/arp-parameters>, and if_arp.h of Linux).
pub(in crate::dissect) const HARDWARE: Table = &[
    (1, "Ethernet"),
    (6, "IEEE 802"),
    (24, "IEEE 1394"),
    (32, "InfiniBand"),
    (280, "CAN"),
    (512, "PPP"),
    (768, "IP tunnel"),
    (769, "IPv6 tunnel"),
    (772, "Loopback"),
    (776, "IPv6 in IPv4"),
    (778, "GRE"),
    (801, "Wi-Fi"),
    (802, "Wi-Fi with Prism header"),
    (803, "Wi-Fi with radiotap"),
    (824, "Netlink"),
    (0xfffe, "None"),
];

/// ARP operations (<https://www.iana.org/assignments/arp-parameters>).
pub(in crate::dissect) const ARP_OPERATIONS: Table = &[
    (1, "request"),
    (2, "reply"),
    (3, "reverse request"),
    (4, "reverse reply"),
    (8, "inverse request"),
    (9, "inverse reply"),
];

/// Packet types of a cooked capture (LINKTYPE_LINUX_SLL).
pub(in crate::dissect) const PACKET_TYPES: Table = &[
    (0, "to this machine"),
    (1, "broadcast"),
    (2, "multicast"),
    (3, "between others"),
    (4, "from this machine"),
];

/// Differentiated services (<https://www.iana.org/assignments/dscp-registry>).
pub(in crate::dissect) const DSCP: Table = &[
    (0, "default"),
    (1, "LE, lower effort"),
    (8, "CS1"),
    (10, "AF11"),
    (12, "AF12"),
    (14, "AF13"),
    (16, "CS2"),
    (18, "AF21"),
    (20, "AF22"),
    (22, "AF23"),
    (24, "CS3"),
    (26, "AF31"),
    (28, "AF32"),
    (30, "AF33"),
    (32, "CS4"),
    (34, "AF41"),
    (36, "AF42"),
    (38, "AF43"),
    (40, "CS5"),
    (44, "VOICE-ADMIT"),
    (45, "NQB, no queue builds up"),
    (46, "EF, expedited forwarding"),
    (48, "CS6"),
    (56, "CS7"),
];

/// Explicit congestion notification (RFC 3168 section 5).
pub(in crate::dissect) const ECN: Table = &[
    (0, "not ECN-capable"),
    (1, "ECN-capable, ECT(1)"),
    (2, "ECN-capable, ECT(0)"),
    (3, "congestion experienced"),
];

/// Options of IPv4 (<https://www.iana.org/assignments/ip-parameters>).
pub(in crate::dissect) const IPV4_OPTIONS: Table = &[
    (0, "End of options"),
    (1, "No operation"),
    (7, "Record route"),
    (11, "MTU probe"),
    (12, "MTU reply"),
    (25, "Quick-start"),
    (68, "Timestamp"),
    (82, "Traceroute"),
    (130, "Security"),
    (131, "Loose source route"),
    (133, "Extended security"),
    (134, "Commercial security"),
    (136, "Stream identifier"),
    (137, "Strict source route"),
    (148, "Router alert"),
];

/// Options of IPv6 (<https://www.iana.org/assignments/ipv6-parameters>).
pub(in crate::dissect) const IPV6_OPTIONS: Table = &[
    (0x00, "Pad1"),
    (0x01, "PadN"),
    (0x04, "Tunnel encapsulation limit"),
    (0x05, "Router alert"),
    (0x07, "CALIPSO"),
    (0x26, "Quick-start"),
    (0x30, "Minimum path MTU"),
    (0x63, "RPL"),
    (0xc2, "Jumbo payload"),
    (0xc9, "Home address"),
];

/// Routing types (<https://www.iana.org/assignments/ipv6-parameters>).
pub(in crate::dissect) const ROUTING: Table = &[
    (0, "source route, deprecated"),
    (2, "type 2, mobility"),
    (3, "RPL source route"),
    (4, "segment routing"),
    (5, "CRH-16"),
    (6, "CRH-32"),
];

/// Options of TCP (<https://www.iana.org/assignments/tcp-parameters>).
pub(in crate::dissect) const TCP_OPTIONS: Table = &[
    (0, "End of options"),
    (1, "No operation"),
    (2, "Maximum segment size"),
    (3, "Window scale"),
    (4, "SACK permitted"),
    (5, "SACK"),
    (8, "Timestamps"),
    (19, "MD5 signature"),
    (27, "Quick-start response"),
    (28, "User timeout"),
    (29, "Authentication option"),
    (30, "Multipath TCP"),
    (34, "Fast open cookie"),
    (69, "Encryption negotiation"),
    (172, "Accurate ECN order 0"),
    (174, "Accurate ECN order 1"),
    (253, "Experiment 1"),
    (254, "Experiment 2"),
];
