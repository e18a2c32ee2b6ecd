//! The words that are no protocols: those that build primitives, and those that are known but not built in.

use super::table::{PROTOS, Proto};

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Proto(Proto),
    Src,
    Dst,
    Host,
    Net,
    Mask,
    Port,
    Portrange,
    /// `proto`: a number of a protocol follows.
    Number,
    Broadcast,
    Multicast,
    Less,
    Greater,
    Length,
    Vlan,
    Inbound,
    Outbound,
    Interface,
    And,
    Or,
    Not,
    /// A word of pcap-filter(7) that is not built in, and what to write instead.
    Missing(&'static str),
}

/// The words that are no protocols.
static WORDS: &[(&str, Word)] = &[
    ("src", Word::Src),
    ("dst", Word::Dst),
    ("host", Word::Host),
    ("net", Word::Net),
    ("mask", Word::Mask),
    ("port", Word::Port),
    ("portrange", Word::Portrange),
    ("proto", Word::Number),
    ("broadcast", Word::Broadcast),
    ("multicast", Word::Multicast),
    ("less", Word::Less),
    ("greater", Word::Greater),
    ("len", Word::Length),
    ("length", Word::Length),
    ("vlan", Word::Vlan),
    ("inbound", Word::Inbound),
    ("outbound", Word::Outbound),
    ("ifindex", Word::Interface),
    ("and", Word::And),
    ("or", Word::Or),
    ("not", Word::Not),
];

/// What pcap-filter(7) has and this has not: the words, and what would do.
pub static MISSING: &[(&[&str], &str)] = &[
    (&["mpls"], "write ether proto 0x8847"),
    (&["pppoed"], "write ether proto 0x8863"),
    (&["pppoes"], "write ether proto 0x8864"),
    (&["geneve"], "write udp port 6081"),
    (&["protochain"], "the kernel runs no loops; write proto, which looks at the first header"),
    (&["gateway"], "write ether host MAC and not host ADDRESS"),
    (&["byte"], "write ether[OFFSET] = VALUE"),
    (&["llc"], "write ether[12:2] <= 1500"),
    (
        &["clnp", "esis", "es-is", "isis", "is-is", "l1", "l2", "iih", "lsp", "snp", "csnp", "psnp"],
        "write iso",
    ),
    (&["fddi", "tr", "ppp", "slip"], "write ether or link"),
    (
        &[
            "wlan",
            "radio",
            "type",
            "subtype",
            "dir",
            "direction",
            "ra",
            "ta",
            "addr1",
            "addr2",
            "addr3",
            "addr4",
            "address1",
            "address2",
            "address3",
            "address4",
        ],
        "it is for wireless links, which are captured elsewhere",
    ),
    (
        &[
            "lane",
            "metac",
            "bcc",
            "oam",
            "oamf4",
            "oamf4ec",
            "oamf4sc",
            "sc",
            "ilmic",
            "vpi",
            "vci",
            "connectmsg",
            "metaconnect",
        ],
        "it is for ATM",
    ),
    (
        &["on", "ifname", "rset", "ruleset", "rnr", "rulenum", "srnr", "subrulenum", "reason", "action"],
        "it is for the log of the firewall pf",
    ),
    (
        &[
            "fisu", "lssu", "lsu", "msu", "hfisu", "hlssu", "hmsu", "sio", "opc", "dpc", "sls", "hsio",
            "hopc", "hdpc", "hsls",
        ],
        "it is for SS7",
    ),
];

/// The meaning of a word, if it has one.
pub(super) fn word(text: &str) -> Option<Word> {
    let plain = WORDS.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
    let proto = || PROTOS.iter().find(|proto| proto.word == text).map(Word::Proto);
    let missing =
        || MISSING.iter().find(|(words, _)| words.contains(&text)).map(|(_, why)| Word::Missing(why));
    plain.or_else(proto).or_else(missing)
}

/// Every word that can be used.
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    let plain = WORDS.iter().map(|(word, _)| *word);
    plain.chain(PROTOS.iter().map(|proto| proto.word))
}
