//! Recordings by hand, as they should be and as they should not.

mod build;
mod flaws;
mod laws;
mod whole;

use sockscope_core::problem::Problem;

use super::*;
use build::{Pcap, Pcapng, option};

/// A packet as tests compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    at: u64,
    packet: Packet,
    data: Vec<u8>,
}

/// All that is in a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct All {
    packets: Vec<Seen>,
    notes: Vec<Note>,
    /// Besides packets and notes.
    others: Vec<Item>,
}

impl All {
    fn data(&self) -> Vec<&[u8]> {
        self.packets.iter().map(|seen| &seen.data[..]).collect()
    }

    fn told(&self) -> Vec<String> {
        self.notes.iter().map(ToString::to_string).collect()
    }

    fn interfaces(&self) -> Vec<&Interface> {
        let all = self.others.iter();
        all.filter_map(|item| if let Item::Interface(found) = item { Some(&**found) } else { None }).collect()
    }

    fn sections(&self) -> Vec<&Section> {
        let all = self.others.iter();
        all.filter_map(|item| if let Item::Section(found) = item { Some(&**found) } else { None }).collect()
    }
}

/// Reads a whole file at once.
fn read(file: &[u8]) -> All {
    let mut scanner = Scanner::new();
    scanner.set_size(file.len() as u64);
    drive(&mut scanner, file, |_| file.len()).unwrap()
}

/// Reads a file of which more comes as `more` says, given how much there is: at least as much as is asked for.
fn drive(scanner: &mut Scanner, file: &[u8], mut more: impl FnMut(usize) -> usize) -> Result<All, Problem> {
    let mut all = All::default();
    let mut end = 0;
    // Every step but the first that asks takes something or is one of few notes.
    for _ in 0..20 * file.len() + 100 {
        let from = (scanner.at() as usize).min(file.len());
        end = end.max(from);
        let bytes = &file[from..end];
        match scanner.step(bytes, end == file.len())? {
            Step::Need(len) => {
                assert!(len > bytes.len(), "{len} are there");
                assert!(end < file.len(), "there is no more");
                end = more(end).max(from + len).min(file.len());
            }
            Step::Took { len, item: Item::Packet(packet) } => {
                let data = packet.data(&bytes[..len]).to_vec();
                all.packets.push(Seen { at: from as u64, packet, data });
            }
            Step::Took { item: Item::Note(note), .. } => all.notes.push(note),
            Step::Took { item, .. } => all.others.push(item),
            Step::Skip(_) => {}
            Step::End => return Ok(all),
        }
    }
    panic!("no end after many steps, at {}", scanner.at());
}
