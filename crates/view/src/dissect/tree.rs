//! A packet opened field by field.

mod arp;
mod check;
mod control;
mod domain;
mod ipv4;
mod ipv6;
mod link;
mod neighbour;
mod part;
mod record;
mod tcp;
mod tello;
mod udp;

use std::borrow::Cow;
use std::ops::Range;

use super::decoded::Decoded;
use super::layer::{Kind, Layer};
use super::quoted;
use super::reassembly::Whole;
use super::stop::Why;
use part::Part;

/// What a node has to say beyond its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// It should not be so, and why stands in the value.
    Bad,
    /// It is worth a look.
    Note,
    /// The packet could not be followed beyond this.
    Stop,
}

/// A layer, a field, or a part of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// How deep it lies: layers of the packet are 0, their fields 1. What follows and lies deeper is part of it.
    pub depth: u16,
    /// Whose bytes it has: 0 is the packet, `n` is [`Tree::buffers`]`[n - 1]`.
    pub buffer: usize,
    /// Its bytes in that buffer. Parts of a byte have all of the byte.
    pub range: Range<usize>,
    /// What it is, by the name that its standard gives it.
    pub label: Cow<'static, str>,
    /// What it says, in words; text from the wire is escaped in it.
    pub value: String,
    /// What is to be said about it.
    pub mark: Option<Mark>,
}

/// Bytes that are in no packet as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buffer {
    /// What it is: `Reassembled datagram`.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is known about a packet besides its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// Whether it left this machine; `None` where nobody said. A checksum that is wrong is then likely one that the
    /// network card was to fill in.
    pub outgoing: Option<bool>,
    /// The datagram that this packet is a fragment of.
    pub whole: Option<&'a Whole>,
}

/// A packet opened field by field: its nodes from first to last, each in front of its parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// What nodes lie in that is not the packet.
    pub buffers: Vec<Buffer>,
}

impl Tree {
    /// Opens a packet.
    pub fn of(decoded: &Decoded<'_>, context: &Context<'_>) -> Self {
        let mut tree = Self::default();
        let outgoing = context.outgoing.unwrap_or_else(|| link::left_here(decoded));
        let packet = Scope { decoded, outgoing, buffer: 0, depth: 0, quoted: false };
        packet.layers(&mut tree.nodes);
        if let Some(whole) = context.whole {
            let numbers: Vec<String> = whole.packets.iter().map(u64::to_string).collect();
            tree.nodes.push(Node {
                depth: 0,
                buffer: 1,
                range: 0..whole.bytes.len(),
                label: "Reassembled datagram".into(),
                value: format!("{} bytes of packets {}", whole.bytes.len(), numbers.join(", ")),
                mark: None,
            });
            let inner = whole.decode();
            let scope = Scope { decoded: &inner, outgoing, buffer: 1, depth: 0, quoted: false };
            scope.layers(&mut tree.nodes);
            tree.buffers.push(Buffer { name: "Reassembled datagram", bytes: whole.bytes.clone() });
        }
        tree
    }

    /// The nodes right below the one at `index`, by their places.
    pub fn parts(&self, index: usize) -> impl Iterator<Item = usize> {
        let depth = self.nodes[index].depth;
        let below = (index + 1..self.nodes.len()).take_while(move |place| self.nodes[*place].depth > depth);
        below.filter(move |place| self.nodes[*place].depth == depth + 1)
    }
}

/// Layers that belong together, and where they are shown.
struct Scope<'d, 'a> {
    decoded: &'d Decoded<'a>,
    outgoing: bool,
    buffer: usize,
    depth: u16,
    /// An error of ICMP quotes them.
    quoted: bool,
}

impl Scope<'_, '_> {
    fn layers(&self, nodes: &mut Vec<Node>) {
        // Where the layer outside ends.
        let mut around = self.decoded.wire_len as usize;
        for layer in self.decoded.layers() {
            let mut range = layer.range();
            // What it carries is its own.
            if matches!(layer.kind, Kind::Icmp | Kind::Icmpv6) {
                range.end = range.end.max(self.decoded.bytes.len().min(layer.end as usize));
            }
            let mut part = Part::new(nodes, self, range.clone());
            part.node(layer.kind.name(), 0, range.len(), "");
            self.layer(layer, around, &mut part.below());
            around = layer.end as usize;
        }
        self.end(nodes);
    }

    fn layer(&self, layer: &Layer, around: usize, part: &mut Part<'_, '_>) {
        match layer.kind {
            Kind::Family => link::family(self, part),
            Kind::LinuxSll => link::sll(part),
            Kind::LinuxSll2 => link::sll2(part),
            Kind::Ethernet => link::ethernet(part),
            Kind::Vlan => link::vlan(part),
            Kind::Llc => link::llc(part),
            Kind::Arp => arp::fields(part),
            Kind::Ipv4 => ipv4::fields(self, layer, around, part),
            Kind::Ipv6 => ipv6::fields(self, layer, around, part),
            Kind::HopByHop | Kind::Destination => ipv6::options(part),
            Kind::Routing => ipv6::routing(part),
            Kind::Fragment => ipv6::fragment(part),
            Kind::Authentication => ipv6::authentication(part),
            Kind::Esp => ipv6::esp(part),
            Kind::Icmp | Kind::Icmpv6 => control::fields(self, layer, part),
            Kind::Udp => udp::fields(self, layer, around, part),
            Kind::Tcp => tcp::fields(self, layer, part),
            Kind::Dns => domain::fields(self, part),
            Kind::Tello => tello::fields(self, part),
            Kind::Data => part.say(part::size((layer.end - layer.at).into())),
            Kind::Trailer => {
                part.say(format!("{} behind the packet", part::size((layer.end - layer.at).into())))
            }
        }
    }

    /// Says why it goes no further, if it does not.
    fn end(&self, nodes: &mut Vec<Node>) {
        let decoded = self.decoded;
        let recorded = decoded.bytes.len().min(decoded.wire_len as usize);
        let (at, why) = match decoded.stop {
            Some(stop) => (stop.at as usize, stop.why),
            None if decoded.payload.len() < decoded.payload_len as usize && !self.quoted => {
                let why = Why::Cut { recorded: decoded.payload.len() as u32, of: decoded.payload_len };
                (decoded.payload_at as usize, why)
            }
            None => return,
        };
        let at = at.min(recorded);
        let mut part = Part::new(nodes, self, at..recorded);
        part.node("End", 0, recorded - at, why.to_string());
        part.mark(Mark::Stop);
    }

    /// The packet that an error of ICMP carries, if it is not itself within one.
    fn quote(&self, part: &mut Part<'_, '_>) {
        if self.quoted {
            return part.rest("Bytes", 0);
        }
        part.say("the beginning of the packet that this is about");
        let inner = quoted::decode(self.decoded);
        let scope = Scope { decoded: &inner, quoted: true, depth: part.depth(), ..*self };
        scope.layers(part.nodes());
    }
}
