//! Types and codes of ICMP and ICMPv6.

/// A type: its number, its name, the names of its codes from 0 on, whether it quotes the packet it is about.
pub(in crate::dissect) type Row = (u8, &'static str, &'static [&'static str], bool);

/// The row of a type and the name of its code.
pub(in crate::dissect) fn control(
    table: &'static [Row],
    kind: u8,
    code: u8,
) -> (Option<&'static Row>, Option<&'static str>) {
    let row = table.iter().find(|row| row.0 == kind);
    (row, row.and_then(|row| row.2.get(usize::from(code)).copied()))
}

/// <https://www.iana.org/assignments/icmp-parameters>.
pub(in crate::dissect) const ICMP: &[Row] = &[
    (0, "Echo reply", &[], false),
    (3, "Destination unreachable", UNREACHABLE, true),
    (4, "Source quench", &[], true),
    (
        5,
        "Redirect",
        &["for the network", "for the host", "for service and network", "for service and host"],
        true,
    ),
    (8, "Echo request", &[], false),
    (9, "Router advertisement", &[], false),
    (10, "Router solicitation", &[], false),
    (11, "Time exceeded", &["time to live ran out", "fragments took too long"], true),
    (12, "Parameter problem", &["pointer says where", "an option is missing", "bad length"], true),
    (13, "Timestamp request", &[], false),
    (14, "Timestamp reply", &[], false),
    (15, "Information request", &[], false),
    (16, "Information reply", &[], false),
    (17, "Address mask request", &[], false),
    (18, "Address mask reply", &[], false),
    (30, "Traceroute", &[], false),
    (42, "Extended echo request", &[], false),
    (43, "Extended echo reply", &[], false),
];

const UNREACHABLE: &[&str] = &[
    "network unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable",
    "fragmentation needed",
    "source route failed",
    "network unknown",
    "host unknown",
    "source host isolated",
    "network prohibited",
    "host prohibited",
    "network unreachable for this service",
    "host unreachable for this service",
    "communication prohibited",
    "host precedence violation",
    "precedence too low",
];

/// <https://www.iana.org/assignments/icmpv6-parameters>.
pub(in crate::dissect) const ICMPV6: &[Row] = &[
    (1, "Destination unreachable", UNREACHABLE_V6, true),
    (2, "Packet too big", &[], true),
    (3, "Time exceeded", &["hop limit ran out", "fragments took too long"], true),
    (4, "Parameter problem", PARAMETER_V6, true),
    (128, "Echo request", &[], false),
    (129, "Echo reply", &[], false),
    (130, "Multicast listener query", &[], false),
    (131, "Multicast listener report", &[], false),
    (132, "Multicast listener done", &[], false),
    (133, "Router solicitation", &[], false),
    (134, "Router advertisement", &[], false),
    (135, "Neighbour solicitation", &[], false),
    (136, "Neighbour advertisement", &[], false),
    (137, "Redirect", &[], false),
    (138, "Router renumbering", &[], false),
    (143, "Multicast listener report 2", &[], false),
    (148, "Certification path solicitation", &[], false),
    (149, "Certification path advertisement", &[], false),
    (155, "RPL control", &[], false),
    (160, "Extended echo request", &[], false),
    (161, "Extended echo reply", &[], false),
];

const UNREACHABLE_V6: &[&str] = &[
    "no route",
    "communication prohibited",
    "beyond the scope of the source",
    "address unreachable",
    "port unreachable",
    "source address failed policy",
    "route rejected",
    "error in source routing header",
];

const PARAMETER_V6: &[&str] = &[
    "erroneous header field",
    "next header not known",
    "option not known",
    "first fragment lacks headers",
    "upper-layer header error",
    "next header not known by a node on the way",
    "extension header too big",
    "chain of extension headers too long",
    "too many extension headers",
    "too many options",
    "option too big",
];
