//! Numbers of DNS (<https://www.iana.org/assignments/dns-parameters>).

use super::Table;

/// Types of records.
pub(in crate::dissect) const RECORDS: Table = &[
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (10, "NULL"),
    (11, "WKS"),
    (12, "PTR"),
    (13, "HINFO"),
    (15, "MX"),
    (16, "TXT"),
    (17, "RP"),
    (24, "SIG"),
    (25, "KEY"),
    (28, "AAAA"),
    (29, "LOC"),
    (33, "SRV"),
    (35, "NAPTR"),
    (37, "CERT"),
    (39, "DNAME"),
    (41, "OPT"),
    (43, "DS"),
    (44, "SSHFP"),
    (45, "IPSECKEY"),
    (46, "RRSIG"),
    (47, "NSEC"),
    (48, "DNSKEY"),
    (49, "DHCID"),
    (50, "NSEC3"),
    (51, "NSEC3PARAM"),
    (52, "TLSA"),
    (53, "SMIMEA"),
    (59, "CDS"),
    (60, "CDNSKEY"),
    (61, "OPENPGPKEY"),
    (62, "CSYNC"),
    (63, "ZONEMD"),
    (64, "SVCB"),
    (65, "HTTPS"),
    (99, "SPF"),
    (249, "TKEY"),
    (250, "TSIG"),
    (251, "IXFR"),
    (252, "AXFR"),
    (255, "ANY"),
    (256, "URI"),
    (257, "CAA"),
];

/// Classes.
pub(in crate::dissect) const CLASSES: Table = &[(1, "IN"), (3, "CH"), (4, "HS"), (254, "NONE"), (255, "ANY")];

/// What a message asks for.
pub(in crate::dissect) const OPCODES: Table =
    &[(0, "query"), (1, "inverse query"), (2, "status"), (4, "notify"), (5, "update"), (6, "stateful")];

/// How it went.
pub(in crate::dissect) const RCODES: Table = &[
    (0, "no error"),
    (1, "format error"),
    (2, "server failure"),
    (3, "no such name"),
    (4, "not implemented"),
    (5, "refused"),
    (6, "name exists"),
    (7, "record set exists"),
    (8, "record set does not exist"),
    (9, "not authoritative"),
    (10, "not in zone"),
];

/// Parameters of a service binding (RFC 9460 section 14.3).
pub(in crate::dissect) const SVC_PARAMETERS: Table = &[
    (0, "mandatory"),
    (1, "alpn"),
    (2, "no-default-alpn"),
    (3, "port"),
    (4, "ipv4hint"),
    (5, "ech"),
    (6, "ipv6hint"),
    (7, "dohpath"),
    (8, "ohttp"),
];
