//! Recordings as they should be.

use std::net::IpAddr;

use sockscope_core::facts::{Direction, Stamp};

use super::build::Write;
use super::*;

const BOTH: [Order; 2] = [Order::Little, Order::Big];

#[test]
fn every_magic_of_pcap_is_known_in_both_orders() {
    for order in BOTH {
        for (magic, format, want) in [
            (0xa1b2_c3d4, Format::Pcap, 5_000_007_000),
            (0xa1b2_3c4d, Format::PcapNanoseconds, 5_000_000_007),
            (0xa1b2_cd34, Format::PcapModified, 5_000_007_000),
        ] {
            let mut file = Pcap::new(order, magic, 65_535, 1);
            file.packet(5, 7, b"hello");
            file.record([u32::MAX, 0, 2, 1500], b"hi");
            let all = read(&file.bytes);
            assert_eq!((all.told(), all.data()), (vec![], vec![&b"hello"[..], b"hi"]));
            let section = all.sections()[0];
            assert_eq!((section.format, section.order, section.version), (format, order, (2, 4)));
            let interface = all.interfaces()[0];
            assert_eq!((interface.link, interface.snap, interface.fcs), (Link::Ethernet, Some(65_535), None));
            let [first, second] = &all.packets[..] else { panic!() };
            assert_eq!(first.packet.time, Some(Stamp(want)));
            assert_eq!(first.packet.interface, Some(0));
            assert_eq!(second.packet.time, Some(Stamp(u64::from(u32::MAX) * 1_000_000_000)));
            assert_eq!(second.packet.wire_len, 1500);
            let sent = (format == Format::PcapModified).then_some(Direction::Tx);
            assert_eq!(first.packet.direction, sent);
        }
    }
}

#[test]
fn the_length_of_check_sequences_is_no_part_of_the_link_type() {
    let all = read(&Pcap::new(Order::Little, 0xa1b2_c3d4, 0, 0x2400_0001).bytes);
    let interface = all.interfaces()[0];
    assert_eq!((interface.link, interface.snap, interface.fcs), (Link::Ethernet, None, Some(4)));
}

#[test]
fn a_section_and_its_interfaces_tell_all_they_know() {
    for order in BOTH {
        let mut file = Pcapng::empty(order);
        let text = |code, text: &str| option(order, code, text.as_bytes());
        let end = option(order, 0, b"");
        file.section(
            &[text(3, "Linux"), text(1, "你好"), text(2, "x86"), text(4, "dumpcap"), text(1, "二"), end]
                .concat(),
        );
        let offset = option(order, 14, &file.u64((-3_i64).cast_unsigned()));
        let speed = option(order, 8, &file.u64(1_000_000_000));
        let filter = option(order, 11, b"\0udp");
        let unit = option(order, 9, &[9]);
        let more = [text(12, "Linux 6"), text(1, "c"), option(order, 13, &[4])].concat();
        file.interface(
            276,
            96,
            &[offset, text(3, "loop"), unit, text(2, "lo"), speed, filter, more].concat(),
        );
        file.packet(0, 10_000_000_001, b"abc");
        let all = read(&file.bytes);
        assert_eq!(all.told(), Vec::<String>::new());
        let some = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(
            *all.sections()[0],
            Section {
                format: Format::Pcapng,
                order,
                version: (1, 0),
                length: None,
                hardware: some("x86"),
                os: some("Linux"),
                application: some("dumpcap"),
                comments: vec!["你好".into(), "二".into()],
            }
        );
        assert_eq!(
            *all.interfaces()[0],
            Interface {
                number: 0,
                link: Link::LinuxSll2,
                snap: Some(96),
                name: some("lo"),
                description: some("loop"),
                filter: Some(Filter::Words(b"udp".to_vec())),
                os: some("Linux 6"),
                resolution: Resolution::Ten(9),
                offset: -3,
                speed: Some(1_000_000_000),
                fcs: Some(4),
                comments: vec![b"c".to_vec()],
            }
        );
        assert_eq!(all.packets[0].packet.time, Some(Stamp(7_000_000_001)));
    }
}

#[test]
fn a_packet_has_direction_drops_and_comments() {
    for order in BOTH {
        let mut file = Pcapng::new(order);
        let flags = |file: &Pcapng, n| option(order, 2, &file.u32(n));
        let drops = option(order, 4, &file.u64(7));
        let options =
            [option(order, 1, "一".as_bytes()), drops, flags(&file, 0b1_1110), option(order, 1, b"2")]
                .concat();
        file.enhanced(0, 1, (3, 60), b"abc", &options);
        let options = flags(&file, 1);
        file.enhanced(0, u64::from(u32::MAX) + 1, (4, 4), b"abcd", &options);
        let all = read(&file.bytes);
        assert_eq!((all.told(), all.data()), (vec![], vec![&b"abc"[..], b"abcd"]));
        let [first, second] = &all.packets[..] else { panic!() };
        assert_eq!((first.packet.direction, first.packet.drops), (Some(Direction::Tx), Some(7)));
        assert_eq!((first.packet.wire_len, second.packet.drops), (60, None));
        assert_eq!(second.packet.direction, Some(Direction::Rx));
        assert_eq!(second.packet.time, Some(Stamp((1 << 32) * 1000)));
        let comments: Vec<_> = first.packet.options(&file.bytes[first.at as usize..]).comments().collect();
        assert_eq!(comments, ["一".as_bytes(), b"2"]);
    }
}

#[test]
fn simple_and_old_packets_are_packets() {
    for order in BOTH {
        let mut file = Pcapng::empty(order);
        file.section(&[]);
        file.interface(101, 4, &[]);
        let body = [&file.u32(9)[..], b"abcd"].concat();
        file.block(3, &body);
        let body = [&file.u32(3)[..], b"abc"].concat();
        file.block(3, &body);
        let head =
            [&file.u16(0)[..], &file.u16(5), &file.u32(0), &file.u32(8), &file.u32(2), &file.u32(3)].concat();
        let flags = option(order, 2, &file.u32(2));
        file.block(2, &[&head[..], b"xy\0\0", &flags].concat());
        let all = read(&file.bytes);
        assert_eq!((all.told(), all.data()), (vec![], vec![&b"abcd"[..], b"abc", b"xy"]));
        let [cut, whole, old] = &all.packets[..] else { panic!() };
        assert_eq!((cut.packet.time, cut.packet.wire_len, whole.packet.wire_len), (None, 9, 3));
        assert_eq!((old.packet.time, old.packet.wire_len), (Some(Stamp(8000)), 3));
        assert_eq!((old.packet.drops, old.packet.direction), (Some(5), Some(Direction::Tx)));
    }
}

#[test]
fn sections_have_their_own_order_and_interfaces() {
    let mut file = Pcapng::new(Order::Big);
    file.packet(0, 1, b"one");
    file.order = Order::Little;
    file.section(&[]);
    file.interface(113, 0, &option(Order::Little, 9, &[3]));
    file.interface(228, 0, &option(Order::Little, 9, &[0x80 | 1]));
    file.packet(1, 3, b"two");
    file.packet(0, 2, b"three");
    let all = read(&file.bytes);
    assert_eq!((all.told(), all.data()), (vec![], vec![&b"one"[..], b"two", b"three"]));
    let seen: Vec<_> = all.packets.iter().map(|seen| (seen.packet.interface, seen.packet.time)).collect();
    let times = [(0, 1000), (2, 1_500_000_000), (1, 2_000_000)];
    assert_eq!(seen, times.map(|(number, time)| (Some(number), Some(Stamp(time)))));
    assert_eq!(all.interfaces().iter().map(|found| found.number).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn statistics_names_secrets_and_strangers_are_given() {
    for order in BOTH {
        let mut file = Pcapng::new(order);
        let time = [file.u32(1), file.u32(2)].concat();
        let counts: Vec<u8> =
            (4..9).flat_map(|code| option(order, code, &file.u64(u64::from(code) * 11))).collect();
        let stats =
            [&file.u32(0)[..], &time, &option(order, 2, &time), &counts, &option(order, 1, b"c")].concat();
        file.block(5, &stats);
        let names = [
            option(order, 1, b"\x7f\0\0\x01here\0there\0"),
            option(order, 3, b"\0\x01\x02\x03\x04\x05mac\0"),
        ];
        file.block(4, &[&names.concat()[..], &[0; 4], &option(order, 1, b"c")].concat());
        file.block(10, &[&file.u32(0x544c_534b)[..], &file.u32(5), b"key=v\0\0\0"].concat());
        file.block(0xbad, &[&file.u32(32_473)[..], b"mine"].concat());
        let all = read(&file.bytes);
        assert_eq!(all.told(), Vec::<String>::new());
        let [_, _, Item::Statistics(stats), Item::Names(names), Item::Secrets(secrets), Item::Other(other)] =
            &all.others[..]
        else {
            panic!("{:?}", all.others)
        };
        let at = Some(Stamp(((1 << 32) + 2) * 1000));
        let want = Statistics {
            interface: Some(0),
            time: at,
            start: at,
            end: None,
            received: Some(44),
            dropped: Some(55),
            accepted: Some(66),
            os_dropped: Some(77),
            delivered: Some(88),
            comments: vec![b"c".to_vec()],
        };
        assert_eq!(**stats, want);
        let block = |kind: u32| {
            let kind = file.u32(kind);
            let at = file.bytes.windows(4).position(|four| four == kind).unwrap();
            &file.bytes[at..]
        };
        let here = Named::Ip(IpAddr::from([127, 0, 0, 1]));
        let found: Vec<_> = names.iter(block(4)).collect();
        assert_eq!(found, [(here, &b"here"[..]), (here, b"there"), (Named::Mac([0, 1, 2, 3, 4, 5]), b"mac")]);
        assert_eq!((secrets.kind, &block(10)[secrets.range()]), (0x544c_534b, &b"key=v"[..]));
        assert_eq!((other.kind, &block(0xbad)[other.range()][4..]), (0xbad, &b"mine"[..]));
    }
}
