//! Layers of a packet.

/// What a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Kind {
    /// The address family in front of a packet of a loopback.
    Family,
    /// Linux "cooked" capture, version 1.
    LinuxSll,
    /// Linux "cooked" capture, version 2.
    LinuxSll2,
    /// Ethernet II, or IEEE 802.3 where the third field is a length.
    Ethernet,
    /// A tag of IEEE 802.1Q or 802.1ad.
    Vlan,
    /// Logical link control, with SNAP where it has that (IEEE 802.2, RFC 1042).
    Llc,
    /// ARP (RFC 826).
    Arp,
    /// IPv4 (RFC 791).
    Ipv4,
    /// IPv6 (RFC 8200).
    Ipv6,
    /// Hop-by-hop options of IPv6 (RFC 8200 section 4.3).
    HopByHop,
    /// Routing header of IPv6 (RFC 8200 section 4.4).
    Routing,
    /// Fragment header of IPv6 (RFC 8200 section 4.5).
    Fragment,
    /// Destination options of IPv6 (RFC 8200 section 4.6).
    Destination,
    /// Authentication header (RFC 4302).
    Authentication,
    /// Encapsulating security payload (RFC 4303): what follows is encrypted.
    Esp,
    /// ICMP (RFC 792).
    Icmp,
    /// ICMPv6 (RFC 4443).
    Icmpv6,
    /// UDP (RFC 768).
    Udp,
    /// TCP (RFC 9293).
    Tcp,
    /// DNS, or multicast DNS or LLMNR by its port (RFC 1035, 6762, 4795).
    Dns,
    /// Text of a Tello drone: a command, a reply or its state.
    Tello,
    /// Bytes that nothing here opens.
    #[default]
    Data,
    /// What a frame has behind the packet: padding, or a check sequence.
    Trailer,
}

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Family => "Address family",
            Self::LinuxSll => "Linux cooked capture",
            Self::LinuxSll2 => "Linux cooked capture 2",
            Self::Ethernet => "Ethernet",
            Self::Vlan => "VLAN tag",
            Self::Llc => "Logical link control",
            Self::Arp => "ARP",
            Self::Ipv4 => "IPv4",
            Self::Ipv6 => "IPv6",
            Self::HopByHop => "Hop-by-hop options",
            Self::Routing => "Routing header",
            Self::Fragment => "Fragment header",
            Self::Destination => "Destination options",
            Self::Authentication => "Authentication header",
            Self::Esp => "Encapsulating security payload",
            Self::Icmp => "ICMP",
            Self::Icmpv6 => "ICMPv6",
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Dns => "DNS",
            Self::Tello => "Tello",
            Self::Data => "Data",
            Self::Trailer => "Trailer",
        }
    }
}

/// One layer: its header, and how far that reaches which it carries. Offsets in bytes of the packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layer {
    /// What it is.
    pub kind: Kind,
    /// Where its header begins.
    pub at: u32,
    /// Length of its header as far as it was recorded; of [`Kind::Data`] and all above the transport, of all of it.
    pub len: u32,
    /// Where header and content end on the wire; beyond the recorded bytes where those were cut.
    pub end: u32,
}

impl Layer {
    /// The bytes of its header as recorded.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.at as usize..(self.at + self.len) as usize
    }
}
