//! Whatever the bytes are.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sockscope_view::dissect::{Context, Decoded, Kind, Link, Look, Tree, decode, info};

use crate::corpus;

/// Every link, and one that nothing is known of.
const LINKS: [u16; 9] = [0, 1, 101, 108, 113, 228, 229, 276, 147];

/// Layers lie within the packet and follow each other; so does the payload.
fn layers_fit(decoded: &Decoded<'_>) {
    let mut at = 0;
    for layer in decoded.layers() {
        assert!(layer.at >= at && layer.at <= layer.end, "{decoded:?}");
        assert!(layer.range().end <= decoded.bytes.len() && layer.end <= decoded.wire_len, "{decoded:?}");
        at = layer.range().end as u32;
    }
    assert!(decoded.payload.len() <= decoded.payload_len as usize, "{decoded:?}");
    let there = decoded.bytes.get(decoded.payload_at as usize..).unwrap_or_default();
    assert!(decoded.payload.is_empty() || there.starts_with(decoded.payload), "{decoded:?}");
}

/// Every node lies in the one that it is a part of.
fn nodes_fit(tree: &Tree, packet: usize) {
    let mut above = Vec::new();
    for node in &tree.nodes {
        let len = node.buffer.checked_sub(1).map_or(packet, |index| tree.buffers[index].bytes.len());
        assert!(node.range.start <= node.range.end && node.range.end <= len, "{node:?}");
        assert!(usize::from(node.depth) <= above.len(), "{node:?}");
        assert!(!node.value.chars().any(char::is_control), "{node:?}");
        above.truncate(node.depth.into());
        if let Some((range, buffer)) = above.last() {
            let inside = |range: &std::ops::Range<usize>| {
                range.start <= node.range.start && node.range.end <= range.end
            };
            assert!(*buffer == node.buffer && inside(range), "{node:?} in {range:?}");
        }
        above.push((node.range.clone(), node.buffer));
    }
}

/// What holds of every packet.
fn check(link: Link, bytes: &[u8], wire_len: u32) {
    let decoded = decode(link, bytes, wire_len);
    layers_fit(&decoded);
    let tree = Tree::of(&decoded, &Context::default());
    nodes_fit(&tree, bytes.len());
    let tops = tree.nodes.iter().filter(|node| node.depth == 0 && node.label != "End");
    let (labels, starts): (Vec<_>, Vec<_>) = tops.map(|node| (node.label.clone(), node.range.start)).unzip();
    let kinds: Vec<_> = decoded.layers().iter().map(|layer| layer.kind.name()).collect();
    assert_eq!(labels, kinds);
    assert_eq!(starts, decoded.layers().iter().map(|layer| layer.at as usize).collect::<Vec<_>>());
    let mut row = Vec::new();
    info(&decoded, &Look::default(), &mut row);
    let row = String::from_utf8(row).expect("a row is text");
    assert!(!row.chars().any(char::is_control), "{row:?}");
}

#[test]
fn every_prefix_of_a_packet_is_told_as_far_as_it_goes() {
    for (link, bytes) in corpus::packets(1) {
        let whole = decode(link, &bytes, bytes.len() as u32);
        for len in 0..=bytes.len() {
            check(link, &bytes[..len], bytes.len() as u32);
            check(link, &bytes[..len], len as u32);
            let cut = decode(link, &bytes[..len], bytes.len() as u32);
            let same =
                cut.layers().iter().zip(whole.layers()).take_while(|(cut, whole)| cut.kind == whole.kind);
            // What a jumbogram or DNS over TCP is, only a later byte tells.
            let told = matches!(cut.top().map(|layer| layer.kind), Some(Kind::Data) | None);
            assert!(told || same.count() == cut.layers().len(), "{cut:?}\n{whole:?}");
        }
    }
}

proptest! {
    #[test]
    fn bytes_of_any_kind_are_told(link in select(&LINKS[..]), bytes in vec(any::<u8>(), 0..300), more in 0u32..9) {
        check(Link::from_number(link), &bytes, bytes.len() as u32 + more);
    }

    #[test]
    fn packets_with_some_bytes_changed_are_told(
        which in any::<prop::sample::Index>(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let packets = corpus::packets(2);
        let (link, mut bytes) = packets[which.index(packets.len())].clone();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let wire_len = bytes.len() as u32;
        check(link, &bytes, wire_len);
        check(link, &bytes[..cut.index(bytes.len())], wire_len);
    }
}
