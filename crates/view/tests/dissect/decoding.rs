//! What the walk finds in packets that are as they should be, and where it stops in others.

use sockscope_core::facts::Stamp;
use sockscope_view::dissect::{Decoded, Kind, Link, Place, Stop, Why, decode};
use sockscope_view::flow::{Flags, Head, Tcp};

use crate::made::{
    Ends, FOUR, Four, SIX, ethernet, ethertype, extension, icmp, ip, ipv4, ipv6, octets, patch, tcp, udp,
};

fn kinds(decoded: &Decoded<'_>) -> Vec<Kind> {
    decoded.layers().iter().map(|layer| layer.kind).collect()
}

fn frame(ends: Ends, protocol: u8, carried: &[u8]) -> Vec<u8> {
    ethernet(ethertype(ends), &ip(ends, protocol, carried))
}

/// Decodes a packet that was recorded whole.
fn whole(link: Link, bytes: &[u8]) -> Decoded<'_> {
    decode(link, bytes, bytes.len() as u32)
}

#[test]
fn padding_of_a_frame_is_no_payload() {
    let bytes = frame(FOUR, 17, &udp(FOUR, 54321, 8080, b"1"));
    let decoded = whole(Link::Ethernet, &bytes);
    assert_eq!(kinds(&decoded), [Kind::Ethernet, Kind::Ipv4, Kind::Udp, Kind::Data, Kind::Trailer]);
    assert_eq!((decoded.payload, decoded.payload_len, decoded.payload_at), (&b"1"[..], 1, 42));
    let segment = decoded.segment(7, Stamp(9)).unwrap();
    assert_eq!((segment.number, segment.time, segment.len), (7, Stamp(9), 1));
    assert_eq!(segment.source, "192.168.10.2:54321".parse().unwrap());
    assert_eq!(segment.destination, "192.168.10.1:8080".parse().unwrap());
    assert_eq!(segment.head, Head::Udp);
}

#[test]
fn every_link_leads_to_the_same_packet() {
    for ends in [FOUR, SIX] {
        let packet = ip(ends, 17, &udp(ends, 1, 2, b"x"));
        let four = ends.from.is_ipv4();
        let kind = ethertype(ends).to_be_bytes();
        let family: u32 = if four { 2 } else { 30 };
        let snap = [&[0, 8 + packet.len() as u8], &[0xaa, 0xaa, 3, 0, 0, 0][..], &kind, &packet].concat();
        let station = vec![2; 12];
        let links = [
            (Link::Raw, packet.clone()),
            (if four { Link::Ipv4 } else { Link::Ipv6 }, packet.clone()),
            (Link::Ethernet, ethernet(ethertype(ends), &packet)),
            (Link::Ethernet, [station.clone(), snap].concat()),
            (Link::Ethernet, ethernet(0x88a8, &[&[0x20, 5, 0x81, 0, 0, 6], &kind[..], &packet].concat())),
            (Link::Null, [&(if four { 2u32 } else { 10 }).to_be_bytes()[..], &packet].concat()),
            (Link::Null, [&family.to_le_bytes()[..], &packet].concat()),
            (Link::Loop, [&family.to_be_bytes()[..], &packet].concat()),
            (Link::LinuxSll, [&[0, 0, 3, 4, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0][..], &kind, &packet].concat()),
            (Link::LinuxSll2, [&kind[..], &[0; 8], &[0, 6, 1, 2, 3, 4, 5, 6, 0, 0], &packet].concat()),
        ];
        for (link, bytes) in links {
            let decoded = whole(link, &bytes);
            assert_eq!(decoded.stop, None, "{link:?}");
            assert_eq!((decoded.source, decoded.destination), (Some(ends.from), Some(ends.to)), "{link:?}");
            assert_eq!((decoded.ports, decoded.payload), (Some((1, 2)), &b"x"[..]), "{link:?}");
        }
    }
}

#[test]
fn all_of_a_tcp_header_is_there() {
    let options = [
        &[2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2][..],
        &[5, 18, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 8],
    ];
    let want = Tcp {
        seq: 0x1234_5678,
        ack: Some(0x9abc_def0),
        flags: Flags::SYN.and(Flags::ACK).and(Flags(0x100)),
        window: 64240,
        mss: Some(1460),
        scale: Some(7),
        sack_permitted: true,
        sack: [Some((5, 6)), Some((7, 8)), None, None],
        timestamps: Some((1, 2)),
    };
    for ends in [FOUR, SIX] {
        let bytes = frame(ends, 6, &tcp(ends, 80, 0x112, &options.concat(), b"hello"));
        let decoded = whole(Link::Ethernet, &bytes);
        assert_eq!(decoded.head, Some(Head::Tcp(want)));
        assert_eq!(decoded.payload, b"hello");
        // A recording that ends within the options has all but them.
        let cut = decode(Link::Ethernet, &bytes[..bytes.len() - 5 - 24], bytes.len() as u32);
        let Some(Head::Tcp(tcp)) = cut.head else { panic!("{cut:?}") };
        assert_eq!((tcp.seq, tcp.mss, tcp.timestamps), (want.seq, want.mss, None));
        assert_eq!((cut.payload, cut.payload_len), (&b""[..], 5));
        assert!(matches!(cut.stop, Some(Stop { why: Why::Cut { recorded: 36, of: 60 }, .. })), "{cut:?}");
    }
}

#[test]
fn extension_headers_are_walked_through() {
    let carried = udp(SIX, 1, 2, b"x");
    let routing = [&[0, 1, 0, 0, 0, 0][..], &octets(FAR)].concat();
    let chain = extension(43, &[5, 2, 0, 0], &extension(60, &routing, &extension(17, &[], &carried)));
    let bytes = ipv6(SIX, 0, &chain);
    let decoded = whole(Link::Raw, &bytes);
    let want = [Kind::Ipv6, Kind::HopByHop, Kind::Routing, Kind::Destination, Kind::Udp, Kind::Data];
    assert_eq!(kinds(&decoded), want);
    assert_eq!((decoded.protocol, decoded.bound_for), (Some(17), Some(FAR)));

    let mut endless = carried;
    for _ in 0..100 {
        endless = extension(60, &[], &endless);
    }
    let bytes = ipv6(SIX, 60, &endless);
    assert!(matches!(whole(Link::Raw, &bytes).stop, Some(Stop { why: Why::Headers(22), .. })));
}

const FAR: std::net::IpAddr = std::net::IpAddr::V6(std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 9));

#[test]
fn a_jumbogram_has_its_length_in_an_option() {
    let payload = vec![7; 70_000];
    let mut carried = [1, 2, 0, 0].map(u16::to_be_bytes).concat();
    carried.extend_from_slice(&payload);
    let option = [&[0xc2, 4][..], &(carried.len() as u32 + 8).to_be_bytes()].concat();
    let mut bytes = ipv6(SIX, 0, &extension(17, &option, &carried));
    patch(&mut bytes, 4, 0);
    let decoded = whole(Link::Raw, &bytes);
    assert_eq!((decoded.stop, decoded.payload_len), (None, 70_000));
}

#[test]
fn fragments_say_which_part_they_are() {
    let datagram = udp(FOUR, 1, 2, &[b'a'; 40]);
    let first = Four { id: 5, more: true, ..Four::default() };
    let bytes = ipv4(FOUR, 17, &first, &datagram[..24]);
    let decoded = whole(Link::Raw, &bytes);
    let part = decoded.fragment.unwrap();
    assert_eq!((part.id, part.offset, part.more, part.protocol, part.at, part.len), (5, 0, true, 17, 20, 24));
    assert_eq!((decoded.ports, decoded.payload_len), (Some((1, 2)), 16));
    assert_eq!(decoded.segment(1, Stamp(0)), None);

    let bytes = ipv4(FOUR, 17, &Four { id: 5, offset: 3, ..Four::default() }, &datagram[24..]);
    let decoded = whole(Link::Raw, &bytes);
    assert_eq!((decoded.fragment.unwrap().offset, decoded.ports, decoded.payload_len), (24, None, 24));

    let atomic = [&[17, 0, 0, 0, 0, 0, 0, 9][..], &udp(SIX, 1, 2, b"x")].concat();
    let bytes = ipv6(SIX, 44, &atomic);
    let decoded = whole(Link::Raw, &bytes);
    assert_eq!((decoded.fragment, decoded.payload), (None, &b"x"[..]));
}

#[test]
fn what_cannot_be_stops_the_walk_and_says_where() {
    let good = ipv4(FOUR, 17, &Four::default(), &udp(FOUR, 1, 2, b"abc"));
    let segment = ipv4(FOUR, 6, &Four::default(), &tcp(FOUR, 80, 2, &[], b""));
    let changed = |bytes: &[u8], at: usize, value: u8| {
        let mut bytes = bytes.to_vec();
        bytes[at] = value;
        bytes
    };
    let cases = [
        (changed(&good, 0, 0x44), 0, "stops here: header length 4 is less than 5 words"),
        (changed(&good, 0, 0x75), 0, "stops here: version 7 is neither 4 nor 6"),
        (changed(&good, 3, 19), 2, "stops here: length 19 is less than the 20 bytes of the header"),
        (changed(&good, 25, 7), 24, "stops here: length 7 is less than the 8 bytes of the header"),
        (changed(&good, 25, 12), 24, "stops here: length 12 is more than the 11 bytes that are carried"),
        (changed(&good, 3, 27), 20, "stops here: 7 of the 8 bytes that it takes are in the packet"),
        (changed(&segment, 32, 0x40), 32, "stops here: header length 4 is less than 5 words"),
        (changed(&segment, 32, 0x60), 20, "stops here: 20 of the 24 bytes that it takes are in the packet"),
    ];
    for (bytes, at, want) in cases {
        let stop = whole(Link::Raw, &bytes).stop.expect(want);
        assert_eq!((stop.at, stop.why.to_string().as_str()), (at, want));
    }
    let stop = decode(Link::Raw, &segment[..30], 40).stop.unwrap();
    assert_eq!((stop.at, stop.why.to_string().as_str()), (20, "cut: 10 of 20 bytes recorded"));
}

#[test]
fn who_sent_it_is_an_address_of_the_link_where_there_is_no_other() {
    let mut arp = vec![0, 1, 8, 0, 6, 4, 0, 1];
    arp.extend_from_slice(&[2, 0, 0, 0, 0, 2, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2]);
    let bytes = ethernet(0x0806, &arp);
    let decoded = whole(Link::Ethernet, &bytes);
    assert_eq!(kinds(&decoded), [Kind::Ethernet, Kind::Arp, Kind::Trailer]);
    assert_eq!(decoded.from().to_string(), "02:00:00:00:00:02");
    assert_eq!(decoded.to(), Place::Station([2, 0, 0, 0, 0, 1]));
    let bytes = frame(SIX, 58, &icmp(SIX, 128, 0, &[0; 4]));
    assert_eq!(whole(Link::Ethernet, &bytes).from().to_string(), "fe80::1");
}
