//! Whatever a message of DNS is, over UDP or TCP: row and tree tell it as far as it goes, on one line each, and the
//! time it takes has a bound.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_view::dissect::{Context, Kind, Link, Look, Tree, decode, info};

fuzz_target!(|input: (bool, &[u8])| {
    let (stream, message) = input;
    let message = &message[..message.len().min(4000)];
    let packet = if stream { segment(message) } else { datagram(message) };
    let decoded = decode(Link::Raw, &packet, packet.len() as u32);
    let whole = message.len() >= 12 || !stream && !message.is_empty();
    assert_eq!(decoded.layer(Kind::Dns).is_some(), whole);
    let tree = Tree::of(&decoded, &Context::default());
    for node in &tree.nodes {
        assert!(node.range.end <= packet.len(), "{node:?}");
        assert!(!node.value.chars().any(char::is_control), "{node:?}");
    }
    let mut out = Vec::new();
    info(&decoded, &Look::default(), &mut out);
    assert!(!String::from_utf8(out).expect("a row is text").chars().any(char::is_control));
});

fn ip(protocol: u8, carried: &[u8]) -> Vec<u8> {
    let len = (20 + carried.len() as u16).to_be_bytes();
    let head = [0x45, 0, len[0], len[1], 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    [&head[..], carried].concat()
}

fn datagram(message: &[u8]) -> Vec<u8> {
    let head = [53, 4000, 8 + message.len() as u16, 0].map(u16::to_be_bytes).concat();
    ip(17, &[&head, message].concat())
}

fn segment(message: &[u8]) -> Vec<u8> {
    let head = [53, 4000, 0, 1, 0, 2, 0x5018, 100, 0, 0, message.len() as u16].map(u16::to_be_bytes).concat();
    ip(6, &[&head, message].concat())
}
