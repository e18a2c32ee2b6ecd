//! Packets as JSON lines.

use super::{Known, Packet, Reader};
use crate::dissect::{Decoded, Look, Row, Told, decode, info};
use crate::flow::{Flags, Head};
use crate::json::{Object, data};

/// The flags as they are named in lines.
const FLAGS: [(Flags, &str); 8] = [
    (Flags::FIN, "fin"),
    (Flags::SYN, "syn"),
    (Flags::RST, "rst"),
    (Flags::PSH, "psh"),
    (Flags::ACK, "ack"),
    (Flags::URG, "urg"),
    (Flags::ECE, "ece"),
    (Flags::CWR, "cwr"),
];

/// Packets as JSON lines, `"type":"packet"` each.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    reader: Reader,
    info: Vec<u8>,
}

impl Lines {
    /// Appends the line of the next packet, unless it is not wanted. `comments`: those that it was recorded with.
    pub fn packet(&mut self, packet: &Packet<'_>, wanted: bool, comments: &[String], out: &mut Vec<u8>) {
        let decoded = decode(packet.link, packet.bytes, packet.wire_len);
        let known = self.reader.take(packet, &decoded, |_, _| {});
        if !wanted {
            return;
        }
        let whole = known.fragments.whole.as_ref().map(|whole| whole.decode());
        let mut line = Object::begin(out);
        line.number("v", crate::schema::VERSION);
        line.text("type", "packet");
        line.number("number", packet.number);
        line.time_known("t", packet.time);
        line.number("link_type", packet.link.number().into());
        line.number("len", packet.wire_len.into());
        line.number("captured", packet.bytes.len() as u64);
        self.said(&mut line, whole.as_ref().unwrap_or(&decoded), &known);
        if let Some(whole) = &known.fragments.whole {
            let numbers: Vec<_> = whole.packets.iter().map(u64::to_string).collect();
            line.text("reassembled", &numbers.join(","));
        }
        line.texts("comments", comments);
        data(packet.bytes, line.key("data"));
        line.end();
        out.push(b'\n');
    }

    /// Who said what to whom.
    fn said(&mut self, line: &mut Object<'_>, decoded: &Decoded<'_>, known: &Known) {
        let row = Row::of(decoded);
        line.known("source", Some(&row.source.to_string()));
        line.known("destination", Some(&row.destination.to_string()));
        line.text("protocol", row.protocol);
        if let Some((from, to)) = decoded.ports {
            line.number("source_port", from.into());
            line.number("destination_port", to.into());
        }
        if decoded.head.is_some() {
            line.number("payload_len", decoded.payload_len.into());
        }
        let tcp = known.seen.and_then(|seen| seen.tcp);
        if let Some(seen) = &known.seen {
            line.text("conversation", &format!("{}:{}", seen.transport.word(), seen.stream));
        }
        if let (Some(Head::Tcp(head)), Some(tcp)) = (decoded.head, &tcp) {
            let flags = FLAGS.iter().filter(|(flag, _)| head.flags.has(*flag));
            line.texts("flags", &flags.map(|(_, name)| (*name).to_owned()).collect::<Vec<_>>());
            line.number("seq", tcp.seq.into());
            line.fact("ack", tcp.ack);
            line.number("window", head.window.into());
            let marks: Vec<_> = tcp.marks.iter().map(|mark| mark.spec().word.to_owned()).collect();
            line.texts("marks", &marks);
        }
        self.info.clear();
        let told = tcp.map(|tcp| Told { seq: tcp.seq, ack: tcp.ack, words: "" });
        info(decoded, &Look { told, ..Look::default() }, &mut self.info);
        line.text("info", &String::from_utf8_lossy(&self.info));
    }
}
