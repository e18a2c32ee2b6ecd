//! What is known of a packet besides its bytes, as a layer in front of the others.

use sockscope::core::facts::Direction;
use sockscope::view::dissect::Node;
use sockscope::view::text;
use sockscope::view::time::Utc;

use super::look::{Look, seconds};
use super::packets::{Packets, Raw};

/// Whether it left this machine.
pub(super) fn is_out(direction: Direction) -> bool {
    direction == Direction::Tx
}

/// What is known of a packet besides its bytes.
pub(super) fn packet(packets: &Packets, look: &Look, raw: &Raw) -> Vec<Node> {
    let (len, wire) = (raw.bytes.len(), raw.wire_len as usize);
    let cut = if len < wire { format!(", {len} of them recorded") } else { String::new() };
    let node = |depth, label: &'static str, value: String| Node {
        depth,
        buffer: 0,
        range: 0..0,
        label: label.into(),
        value,
        mark: None,
    };
    let mut nodes = vec![node(0, "Packet", format!("number {}, {wire} bytes on the wire{cut}", raw.number))];
    let mut add = |label, value: Option<String>| nodes.extend(value.map(|value| node(1, label, value)));
    add(
        "Time",
        raw.time.map(|time| {
            let mut out = Vec::new();
            Utc::default().rfc3339_nanos(time, &mut out);
            plain(&out)
        }),
    );
    let since =
        |from: u64| raw.time.zip(packets.index().time(from)).map(|(time, from)| seconds(time, from) + " s");
    add("Since the first packet", since(0));
    add("Since the packet before", raw.number.checked_sub(2).and_then(since));
    add(
        "Interface",
        packets.interface(raw.interface).map(|interface| {
            let name = interface.name.as_deref().map(|name| format!(" {}", line(name))).unwrap_or_default();
            let link =
                interface.link.name().map_or_else(|| interface.link.number().to_string(), str::to_owned);
            format!("{}{name}, link {link}", interface.number)
        }),
    );
    add("Direction", raw.direction.map(|way| if is_out(way) { "sent" } else { "received" }.to_owned()));
    add("Dropped before it", raw.drops.map(|drops| format!("{drops} packets")));
    for comment in &raw.comments {
        add("Comment", Some(line(comment)));
    }
    let words = packets.known().words(raw.number);
    add("In its conversation", Some(words).filter(|words| !words.is_empty()));
    let charset = look.charset_name();
    add("Text is shown in", Some(charset.to_owned()));
    nodes
}

/// Words from the file on one line; what is no UTF-8 is escaped.
pub(super) fn line(words: &[u8]) -> String {
    let mut out = Vec::new();
    for chunk in words.utf8_chunks() {
        text::line(chunk.valid(), &mut out);
        out.extend(chunk.invalid().iter().flat_map(|byte| format!("\\x{byte:02x}").into_bytes()));
    }
    plain(&out)
}

fn plain(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
