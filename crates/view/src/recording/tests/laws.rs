//! Laws that hold of every recording.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::build::Write;
use super::*;

/// What a test puts into a file.
#[derive(Debug, Clone)]
enum Part {
    Section(Order),
    Interface { snap: u32, resolution: u8, offset: i8 },
    Packet { interface: u8, ticks: u64, data: Vec<u8>, comment: Option<String> },
    Simple(Vec<u8>),
    Other(u32, Vec<u8>),
}

fn order() -> impl Strategy<Value = Order> {
    select(vec![Order::Little, Order::Big])
}

fn part() -> impl Strategy<Value = Part> {
    let data = || vec(any::<u8>(), 0..60);
    let packet = (0..3_u8, any::<u64>(), data(), any::<Option<String>>());
    let interface = (select(vec![0, 20, 65_535]), any::<u8>(), any::<i8>());
    prop_oneof![
        1 => order().prop_map(Part::Section),
        1 => interface.prop_map(|(snap, resolution, offset)| Part::Interface { snap, resolution, offset }),
        5 => packet.prop_map(|(interface, ticks, data, comment)| Part::Packet { interface, ticks, data, comment }),
        1 => data().prop_map(Part::Simple),
        1 => (select(vec![4, 5, 9, 10, 0xbad, 77]), data()).prop_map(|(kind, body)| Part::Other(kind, body)),
    ]
}

/// A file of these, with where its blocks end.
fn file(parts: &[Part]) -> (Vec<u8>, Vec<usize>) {
    let mut file = Pcapng::new(Order::Little);
    let mut ends = vec![28, file.bytes.len()];
    for part in parts {
        put(&mut file, part);
        ends.push(file.bytes.len());
    }
    (file.bytes, ends)
}

fn put(file: &mut Pcapng, part: &Part) {
    match part {
        Part::Section(order) => {
            file.order = *order;
            file.section(&[]);
        }
        Part::Interface { snap, resolution, offset } => {
            let offset = file.u64(i64::from(*offset).cast_unsigned());
            let options = [option(file.order, 9, &[*resolution]), option(file.order, 14, &offset)].concat();
            file.interface(1, *snap, &options);
        }
        Part::Packet { interface, ticks, data, comment } => {
            let comment: Vec<u8> =
                comment.iter().flat_map(|text| option(file.order, 1, text.as_bytes())).collect();
            let len = data.len() as u32;
            file.enhanced((*interface).into(), *ticks, (len, len), data, &comment);
        }
        Part::Simple(data) => file.block(3, &[&file.u32(data.len() as u32)[..], data].concat()),
        Part::Other(kind, body) => file.block(*kind, body),
    }
}

/// A file of pcap.
fn pcap() -> impl Strategy<Value = (Vec<u8>, Vec<usize>)> {
    let packets = vec((any::<u32>(), 0..1_000_000_u32, vec(any::<u8>(), 0..60)), 0..10);
    let magic = select(vec![0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34]);
    (order(), magic, packets).prop_map(|(order, magic, packets)| {
        let mut file = Pcap::new(order, magic, 65_535, 1);
        let mut ends = vec![file.bytes.len()];
        for (second, fraction, data) in packets {
            file.packet(second, fraction, &data);
            ends.push(file.bytes.len());
        }
        (file.bytes, ends)
    })
}

fn any_file() -> impl Strategy<Value = (Vec<u8>, Vec<usize>)> {
    prop_oneof![pcap(), vec(part(), 0..12).prop_map(|parts| file(&parts))]
}

/// A file that a few bytes of were changed in.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let changes = vec((any::<prop::sample::Index>(), select(vec![0, 1, 4, 0x40, 0x7f, 0x80, 0xff])), 0..6);
    (any_file(), changes).prop_map(|((mut file, _), changes)| {
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        file
    })
}

fn chunked(file: &[u8], sizes: &[usize]) -> Result<All, Problem> {
    let mut sizes = sizes.iter().cycle();
    let mut scanner = Scanner::new();
    scanner.set_size(file.len() as u64);
    drive(&mut scanner, file, |end| end + sizes.next().unwrap())
}

/// What files begin with.
const MAGICS: [&[u8]; 4] =
    [b"", b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1\x02\0\x04\0", b"\n\r\r\n\x1c\0\0\0M<+\x1a"];

proptest! {
    #[test]
    fn a_cut_file_gives_what_is_whole_and_tells_of_the_rest((file, ends) in any_file()) {
        let whole = read(&file);
        for cut in 4..file.len() {
            let all = read(&file[..cut]);
            let there = whole.packets.iter().filter(|seen| {
                ends.iter().find(|end| **end as u64 > seen.at).is_some_and(|end| *end <= cut)
            });
            prop_assert_eq!(&all.packets, &there.cloned().collect::<Vec<_>>(), "{}", cut);
            let told = all.notes.last().is_some_and(|note| matches!(note.flaw, Flaw::Cut { .. }));
            prop_assert_eq!(told, !ends.contains(&cut), "{}", cut);
        }
    }

    #[test]
    fn chunks_make_no_difference(file in damaged(), sizes in vec(0..100_usize, 1..8)) {
        let mut scanner = Scanner::new();
        scanner.set_size(file.len() as u64);
        let whole = drive(&mut scanner, &file, |_| file.len());
        prop_assert_eq!(chunked(&file, &sizes), whole);
    }

    #[test]
    fn noise_never_panics(noise in vec(any::<u8>(), 0..400), magic in 0..MAGICS.len()) {
        let file = [MAGICS[magic], &noise].concat();
        let _ = chunked(&file, &[7]);
    }

    #[test]
    fn a_packet_is_found_again_at_its_place(file in damaged()) {
        let mut scanner = Scanner::new();
        scanner.set_size(file.len() as u64);
        let Ok(all) = drive(&mut scanner, &file, |_| file.len()) else { return Ok(()) };
        for (index, seen) in all.packets.iter().enumerate() {
            let next = all.packets.get(index + 1).map_or(file.len(), |next| next.at as usize);
            let bytes = &file[seen.at as usize..next];
            prop_assert_eq!(scanner.packet(seen.at, bytes), Found::Packet(seen.packet.clone()));
            for len in 0..bytes.len() {
                if let Found::Need(more) = scanner.packet(seen.at, &bytes[..len]) {
                    prop_assert!(more > len && more <= bytes.len());
                }
            }
        }
    }

    #[test]
    fn what_was_damaged_costs_no_packet_far_from_it(
        parts in vec(part(), 12..30),
        at in 0..28_usize,
        byte in any::<u8>(),
    ) {
        // In the head of one packet among many; interfaces and sections stay as they are.
        let (mut file, ends) = file(&parts);
        let whole = read(&file);
        let Some(hit) = whole.packets.get(whole.packets.len() / 2) else { return Ok(()) };
        let end = ends.iter().copied().find(|end| *end as u64 > hit.at).unwrap();
        file[(hit.at as usize + at).min(end - 1)] = byte;
        // One that became the description of an interface changes what follows.
        let kind = &file[hit.at as usize..][..4];
        prop_assume!(kind != [1, 0, 0, 0] && kind != [0, 0, 0, 1]);
        // A length that reaches into another block may end, by chance, where one seems to end.
        let len = *file[hit.at as usize + 4..].first_chunk().unwrap();
        let len = u32::from_le_bytes(len).min(u32::from_be_bytes(len));
        prop_assume!(!(4..8).contains(&at) || len < 12 || len as usize > file.len());
        let all = read(&file);
        let place = |seen: &&Seen| seen.at < hit.at || seen.at >= end as u64;
        let wanted: Vec<_> = whole.packets.iter().filter(place).collect();
        // A block of a kind that nobody knows is not taken for one to go on from: it costs itself.
        let strange = parts.iter().any(|part| matches!(part, Part::Other(77, _)));
        let found: Vec<_> = all.packets.iter().filter(place).collect();
        prop_assert!(found == wanted || strange, "{:?}", all.told());
    }
}
