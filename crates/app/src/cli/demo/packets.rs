//! The article's capture: the datagrams of the journey as packets of a loopback, as Wireshark would list them.

use std::io::Cursor;

use anyhow::ensure;
use sockscope::recording::{Recording, Walk};
use sockscope::view::dissect::{Context, Kind, Tree, decode};
use sockscope::view::hex;
use sockscope::view::list::{Layout, List, Packet};
use sockscope::view::palette::Palette;
use sockscope::view::recording::{Item, Link};

/// Rows of the first `count` packets of a recording, and the first one layer by layer.
pub(super) fn shown(file: Vec<u8>, count: usize, palette: &Palette) -> anyhow::Result<Vec<u8>> {
    let mut walk = Walk::new(Recording::from_reader(Cursor::new(file), "the demo's recording")?);
    let mut list = List::new(Layout::default(), palette.clone());
    let (mut rows, mut layers) = (Vec::new(), Vec::new());
    let mut number = 0;
    while let Some(piece) = walk.next()? {
        let Item::Packet(packet) = &piece.item else { continue };
        number += 1;
        let bytes = packet.data(piece.bytes);
        let (time, wire_len) = (packet.time, packet.wire_len);
        let packet = Packet { number, time, link: Link::Null, bytes, wire_len };
        rows.extend_from_slice(b"  ");
        list.packet(&packet, true, &mut rows);
        if number == 1 {
            layers = self::layers(&packet, palette)?;
        }
        if number == count as u64 {
            break;
        }
    }
    ensure!(number == count as u64, "a packet is missing");
    rows.push(b'\n');
    rows.append(&mut layers);
    Ok(rows)
}

/// A line for each layer of a packet, its bytes, and what they say.
fn layers(packet: &Packet<'_>, palette: &Palette) -> anyhow::Result<Vec<u8>> {
    let decoded = decode(packet.link, packet.bytes, packet.wire_len);
    ensure!(decoded.layers().iter().any(|layer| layer.kind == Kind::Udp), "the packet is no datagram");
    let mut out = Vec::new();
    for node in Tree::of(&decoded, &Context::default()).nodes.iter().filter(|node| node.depth == 0) {
        let words = if node.value.is_empty() { String::new() } else { format!(": {}", node.value) };
        out.extend_from_slice(format!("   {:<40} ", format!("{}{words}", node.label)).as_bytes());
        let bytes = &packet.bytes[node.range.clone()];
        palette.hex.paint(&mut out, |out| hex::spaced(&bytes[..bytes.len().min(12)], out));
        out.extend_from_slice(if bytes.len() > 12 { " …\n".as_bytes() } else { b"\n" });
    }
    Ok(out)
}
