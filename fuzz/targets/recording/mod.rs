//! What holds of every recording, of pcap and of pcapng.

use sockscope_view::recording::{Flaw, Found, Item, LONGEST, Note, Packet, Scanner, Step};

/// All that is in a recording.
#[derive(Debug, Default, PartialEq)]
struct All {
    items: Vec<Item>,
    packets: Vec<(usize, Packet, Vec<u8>)>,
}

/// Reads a file of which more comes in pieces of these lengths, over and over.
fn read(file: &[u8], sizes: &[u8]) -> Option<(Scanner, All)> {
    let mut scanner = Scanner::new();
    scanner.set_size(file.len() as u64);
    let (mut end, mut sizes) = (0, sizes.iter().cycle());
    let mut all = All::default();
    for _ in 0..20 * file.len() + 100 {
        let at = usize::try_from(scanner.at()).unwrap_or(usize::MAX).min(file.len());
        end = end.max(at);
        let bytes = &file[at..end];
        match scanner.step(bytes, end == file.len()).ok()? {
            Step::Need(len) => {
                assert!(len > bytes.len() && len <= LONGEST + 24 && end < file.len(), "{len} at {at}");
                let more = sizes.next().map_or(file.len(), |more| end + usize::from(*more));
                end = more.max(at + len).min(file.len());
            }
            Step::Took { len, item } => {
                assert!(len <= bytes.len());
                if let Item::Packet(packet) = item {
                    assert!(len > 0);
                    let data = packet.data(&bytes[..len]).to_vec();
                    packet.options(&bytes[..len]).for_each(drop);
                    all.packets.push((at, packet, data));
                } else {
                    inside(&item, &bytes[..len]);
                    all.items.push(item);
                }
            }
            Step::Skip(_) => {}
            Step::End => return Some((scanner, all)),
        }
    }
    panic!("no end");
}

/// Whatever an item points to lies in what was taken, and whatever it says is one line.
fn inside(item: &Item, taken: &[u8]) {
    match item {
        Item::Names(names) => names.iter(taken).for_each(drop),
        Item::Secrets(secrets) => assert!(secrets.range().end <= taken.len()),
        Item::Other(other) => assert!(other.range().end <= taken.len()),
        Item::Note(note) => {
            let told = note.to_string();
            assert!(
                told.is_ascii() && !told.contains(|c: char| c.is_control() || c.is_ascii_uppercase()),
                "{told}"
            );
        }
        _ => {}
    }
}

/// Reads a file whole and in pieces, which makes no difference; finds each packet again; cuts it, which costs only
/// what is not there in whole.
pub fn check(file: &[u8], sizes: &[u8]) {
    let whole = read(file, &[]);
    let parted = read(file, sizes);
    assert_eq!(parted.as_ref().map(|(_, all)| all), whole.as_ref().map(|(_, all)| all));
    let Some((scanner, all)) = whole else { return };
    for (at, packet, _) in &all.packets {
        assert_eq!(scanner.packet(*at as u64, &file[*at..]), Found::Packet(packet.clone()));
    }
    let flawed = all.items.iter().any(|item| matches!(item, Item::Note(_)));
    let cut = file.len() - usize::from(sizes.first().copied().unwrap_or(0)).min(file.len());
    if flawed || cut < 4 {
        return;
    }
    let Some((_, less)) = read(&file[..cut], &[]) else { panic!("no recording after a cut") };
    assert!(less.packets.len() <= all.packets.len() && less.packets[..] == all.packets[..less.packets.len()]);
    let told = |item: &Item| matches!(item, Item::Note(Note { flaw: Flaw::Cut { .. }, .. }));
    let notes = less.items.iter().filter(|item| matches!(item, Item::Note(_)));
    assert!(notes.clone().count() <= 1 && notes.clone().all(told), "{:?}", less.items);
}
