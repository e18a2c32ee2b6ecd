//! Files of every link type and every format, written by others.

use std::fs;
use std::path::{Path, PathBuf};

use sockscope::view::dissect::Link;
use sockscope_testkit::peers::command;
use sockscope_testkit::program::Program;

use super::{corpus, tshark};

const LINKS: [Link; 8] = [
    Link::Null,
    Link::Ethernet,
    Link::Raw,
    Link::Loop,
    Link::LinuxSll,
    Link::LinuxSll2,
    Link::Ipv4,
    Link::Ipv6,
];

/// A file of pcap with these packets, one a millisecond and a bit.
fn pcap(path: &Path, link: Link, packets: &[Vec<u8>]) {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, u32::from(link.number())] {
        file.extend_from_slice(&u32::to_le_bytes(word));
    }
    for (number, packet) in packets.iter().enumerate() {
        let micros = number as u32 * 1_003;
        let len = packet.len() as u32;
        for word in [1_700_000_000 + micros / 1_000_000, micros % 1_000_000, len, len] {
            file.extend_from_slice(&word.to_le_bytes());
        }
        file.extend_from_slice(packet);
    }
    fs::write(path, file).unwrap();
}

/// Runs one of Wireshark's tools on files; whether it is there.
fn tool(name: &str, args: &[&str], files: &[&Path]) -> bool {
    let files: Vec<_> = files.iter().map(|path| path.to_str().unwrap()).collect();
    let Some(mut command) = command(name, &[args, &files].concat()) else { return false };
    Program::run(&mut command).expect(0);
    true
}

/// A file of each link type with all packets of the corpus that are on it.
fn written(folder: &Path) -> Vec<PathBuf> {
    let all: Vec<_> = [7, 8].into_iter().flat_map(corpus::packets).collect();
    let of = |link: Link| {
        let packets: Vec<_> =
            all.iter().filter(|(on, _)| *on == link).map(|(_, bytes)| bytes.clone()).collect();
        assert!(packets.len() > 10, "{link:?}");
        let path = folder.join(format!("{}.pcap", link.number()));
        pcap(&path, link, &packets);
        path
    };
    LINKS.into_iter().map(of).collect()
}

#[test]
fn every_link_type_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let mut same = 0;
    for file in written(folder.path()) {
        for format in ["pcap", "nsecpcap", "pcapng"] {
            let to = folder.path().join("converted");
            if !tool("editcap", &["-F", format], &[&file, &to]) {
                return;
            }
            let Some(more) = tshark::same(&to) else { return };
            same += more;
        }
    }
    assert!(same > 9_000, "{same}");
}

#[test]
fn packets_that_were_cut_and_files_that_were_merged() {
    let folder = tempfile::tempdir().unwrap();
    let files = written(folder.path());
    let merged = folder.path().join("merged.pcapng");
    let all: Vec<_> = files.iter().map(PathBuf::as_path).collect();
    if !tool("mergecap", &["-w", merged.to_str().unwrap()], &all) {
        return;
    }
    tshark::same(&merged).unwrap();
    let cut = folder.path().join("cut.pcapng");
    tool("editcap", &["-s", "70"], &[&merged, &cut]);
    tshark::same(&cut).unwrap();
    let moved = folder.path().join("moved.pcapng");
    tool("editcap", &["-t", "-3600.5"], &[&cut, &moved]);
    tshark::same(&moved).unwrap();
}

#[test]
fn a_hex_dump_made_a_recording() {
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("dump");
    fs::write(&dump, "000000 31\n\n000000 61\n\n000000 62\n").unwrap();
    let to = folder.path().join("made.pcapng");
    if tool("text2pcap", &["-u", "54321,8080", "-4", "127.0.0.1,127.0.0.1"], &[&dump, &to]) {
        assert_eq!(tshark::same(&to), Some(3 * 8));
    }
}

#[test]
fn packed_with_gzip() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path()).swap_remove(1);
    if tool("gzip", &[], &[&file]) {
        assert!(tshark::same(&file.with_extension("pcap.gz")).is_some());
    }
}
