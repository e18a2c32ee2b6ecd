//! Whatever a frame is: layers follow each other within it, the tree has the same ones, every node lies in the one
//! that it is a part of, and a row is one line of text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_view::dissect::{Context, Decoded, Kind, Link, Look, Row, Tree, decode, info};

const LINKS: [u16; 9] = [0, 1, 101, 108, 113, 228, 229, 276, 147];

// The input: which link, how much was cut, the frame.
fuzz_target!(|input: (u8, u8, &[u8])| {
    let (link, cut, bytes) = input;
    let link = Link::from_number(LINKS[usize::from(link) % LINKS.len()]);
    let decoded = decode(link, bytes, bytes.len() as u32 + u32::from(cut));
    layers_fit(&decoded);

    let outgoing = (cut % 2 == 0).then_some(true);
    let tree = Tree::of(&decoded, &Context { outgoing, whole: None });
    nodes_fit(&tree, bytes.len());
    let tops = tree.nodes.iter().filter(|node| node.depth == 0 && node.label != "End");
    let labels: Vec<_> = tops.map(|node| node.label.to_string()).collect();
    let kinds: Vec<_> = decoded.layers().iter().map(|layer| layer.kind.name()).collect();
    assert_eq!(labels, kinds);

    let row = Row::of(&decoded);
    assert!(!row.protocol.is_empty());
    let mut out = format!("{} {} ", row.source, row.destination).into_bytes();
    info(&decoded, &Look::default(), &mut out);
    let text = String::from_utf8(out).expect("a row is text");
    assert!(!text.chars().any(char::is_control), "{text:?}");
});

fn layers_fit(decoded: &Decoded<'_>) {
    let mut at = 0;
    for layer in decoded.layers() {
        assert!(layer.at >= at && layer.at <= layer.end, "{decoded:?}");
        assert!(layer.range().end <= decoded.bytes.len() && layer.end <= decoded.wire_len, "{decoded:?}");
        at = layer.range().end as u32;
    }
    assert!(decoded.payload.len() <= decoded.payload_len as usize, "{decoded:?}");
    if let Some(head) = decoded.head {
        let whole = decoded.stop.is_none();
        let carried = decoded.layers().iter().any(|layer| matches!(layer.kind, Kind::Udp | Kind::Tcp));
        assert!(carried && (!whole || decoded.ports.is_some()), "{head:?}");
    }
}

fn nodes_fit(tree: &Tree, packet: usize) {
    let mut above: Vec<std::ops::Range<usize>> = Vec::new();
    for node in &tree.nodes {
        let range = node.range.clone();
        assert!(range.start <= range.end && range.end <= packet, "{node:?}");
        assert!(usize::from(node.depth) <= above.len(), "{node:?}");
        above.truncate(node.depth.into());
        if let Some(whole) = above.last() {
            assert!(whole.start <= range.start && range.end <= whole.end, "{node:?} in {whole:?}");
        }
        assert!(!node.value.chars().any(char::is_control), "{node:?}");
        above.push(range);
    }
}
