//! What Wireshark's tools write is read as tshark reads it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sockscope::core::rng::Rng;
use sockscope::recording::{Index, Recording, Walk};
use sockscope::view::recording::{Format, Item, Link};
use sockscope_testkit::peers;
use sockscope_testkit::program::{Finished, Program};

use crate::made::{index, walk};

/// Runs a tool; `None` where it is missing.
fn run(tool: &str, args: &[&str]) -> Option<Finished> {
    Some(Program::run(&mut peers::command(tool, args)?).expect(0))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A file of `count` packets of a link type, of many lengths, with nanoseconds, and their bytes.
fn made(folder: &Path, name: &str, link: &str, count: u32, seed: u64) -> Option<(PathBuf, Vec<Vec<u8>>)> {
    let mut rng = Rng::new(seed);
    let mut dump = String::new();
    let mut packets = Vec::new();
    for number in 0..count {
        let second = 1_700_000_000 + u64::from(number / 3);
        let _ = writeln!(dump, "{second}.{:09}", rng.next_u64() % 1_000_000_000);
        // No packet of nothing: text2pcap would leave it out.
        let len = if number == 5 { 60_000 } else { rng.next_u64() as usize % 300 + 1 };
        let data: Vec<u8> = (0..len).map(|_| rng.next_u64() as u8).collect();
        for (row, bytes) in data.chunks(16).enumerate() {
            let _ = write!(dump, "{:06x}", row * 16);
            bytes.iter().for_each(|byte| {
                let _ = write!(dump, " {byte:02x}");
            });
            dump.push('\n');
        }
        packets.push(data);
    }
    let input = folder.join(format!("{name}.txt"));
    std::fs::write(&input, dump).unwrap();
    let file = folder.join(name);
    run("text2pcap", &["-q", "-t", "%s.%f", "-l", link, text(&input), text(&file)])?;
    Some((file, packets))
}

/// What tshark says of each packet.
fn tshark(file: &Path) -> Option<Vec<String>> {
    let fields = [
        "frame.number",
        "frame.time_epoch",
        "frame.len",
        "frame.cap_len",
        "frame.interface_id",
        "frame.comment",
    ];
    let mut args = vec!["-n", "-r", text(file), "-T", "fields"];
    for field in fields {
        args.extend(["-e", field]);
    }
    Some(run("tshark", &args)?.text().lines().map(str::to_owned).collect())
}

/// The same, as it is read here.
fn ours(file: &Path) -> Vec<String> {
    let mut walk = Walk::new(Recording::open(text(file)).unwrap());
    let mut rows = Vec::new();
    let (mut interfaces, mut first) = (0, None);
    while let Some(piece) = walk.next().unwrap() {
        let packet = match piece.item {
            Item::Packet(packet) => packet,
            Item::Note(note) => panic!("{}: {note}", file.display()),
            item => {
                interfaces += u32::from(matches!(item, Item::Interface(_)));
                if let Item::Section(section) = item {
                    first = (section.format == Format::Pcapng).then_some(interfaces);
                }
                continue;
            }
        };
        let time = packet.time.unwrap().0;
        let comments: Vec<_> = packet.options(piece.bytes).comments().map(String::from_utf8_lossy).collect();
        let (second, rest) = (time / 1_000_000_000, time % 1_000_000_000);
        let (number, captured) = (rows.len() + 1, packet.data(piece.bytes).len());
        // tshark counts those of the section, and none in pcap.
        let interface =
            first.map(|first| (packet.interface.unwrap() - first).to_string()).unwrap_or_default();
        let row = format!("{number}\t{second}.{rest:09}\t{}\t{captured}\t{interface}\t", packet.wire_len);
        rows.push(row + &comments.join(","));
    }
    rows
}

/// Both readers agree, and the bytes are those of `packets`, as far as they were captured.
#[track_caller]
fn agree(file: &Path, packets: &[Vec<u8>]) {
    let Some(wanted) = tshark(file) else { return };
    let found = ours(file);
    assert_eq!(found, wanted, "{}", file.display());
    assert!(!found.is_empty());
    let all = walk(Recording::open(text(file)).unwrap());
    for ((_, data), packet) in all.packets.iter().zip(packets) {
        assert!(packet.starts_with(data) && (data.len() == packet.len() || data.len() == 40));
    }
    assert_eq!(index(Recording::open(text(file)).unwrap(), 5000), all);
}

#[test]
fn every_format_that_editcap_writes_is_read_as_tshark_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let Some((file, packets)) = made(folder.path(), "f.pcapng", "1", 100, 1) else { return };
    agree(&file, &packets);
    for format in ["pcap", "nsecpcap", "modpcap", "pcapng"] {
        for more in [&[][..], &["-s", "40"], &["-t", "-3600.000000001"]] {
            let to = folder.path().join(format!("to.{format}"));
            let args = [&["-F", format], more, &[text(&file), text(&to)]].concat();
            let Some(_) = run("editcap", &args) else { return };
            agree(&to, &packets);
        }
    }
}

#[test]
fn comments_and_names_are_those_of_tshark() {
    let folder = tempfile::tempdir().unwrap();
    let Some((file, packets)) = made(folder.path(), "f.pcapng", "1", 10, 2) else { return };
    let to = folder.path().join("to.pcapng");
    let comments = ["-a", "2:第二个包", "-a", "7:seven", "--capture-comment", "all of it"];
    let Some(_) = run("editcap", &[&comments[..], &[text(&file), text(&to)]].concat()) else { return };
    agree(&to, &packets);
    let mut index = Index::new(Recording::open(text(&to)).unwrap());
    index.finish().unwrap();
    let taken = index.packet(1).unwrap().unwrap();
    let comments: Vec<_> = taken.packet.options(taken.bytes).comments().collect();
    assert_eq!(comments, ["第二个包".as_bytes()]);
    let Some(info) = run("capinfos", &[text(&to)]) else { return };
    let section = &index.sections()[0];
    for fact in [&section.application, &section.os] {
        let fact = String::from_utf8_lossy(fact.as_ref().unwrap()).into_owned();
        assert!(info.text().contains(&fact), "{fact}\n{}", info.text());
    }
    assert!(section.comments.contains(&b"all of it".to_vec()));
}

#[test]
fn files_that_mergecap_made_have_the_interfaces_of_all() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name, link, seed| made(folder.path(), name, link, 30, seed);
    let (Some((one, _)), Some((two, _))) = (made("one", "1", 3), made("two", "101", 4)) else { return };
    let to = folder.path().join("both.pcapng");
    let Some(_) = run("mergecap", &["-w", text(&to), text(&one), text(&two)]) else { return };
    agree(&to, &[]);
    let mut index = Index::new(Recording::open(text(&to)).unwrap());
    index.finish().unwrap();
    let links: Vec<_> = index.interfaces().iter().map(|interface| interface.link).collect();
    assert_eq!((index.len(), links), (60, vec![Link::Ethernet, Link::Raw]));

    // Two sections in one file, as cat(1) makes them.
    let joined = folder.path().join("joined.pcapng");
    let bytes = [&one, &two].map(|file| std::fs::read(file).unwrap()).concat();
    std::fs::write(&joined, bytes).unwrap();
    agree(&joined, &[]);
}

#[test]
fn what_tcpdump_writes_is_read_as_tshark_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let Some((file, packets)) = made(folder.path(), "f.pcapng", "1", 50, 5) else { return };
    for precision in ["micro", "nano"] {
        let to = folder.path().join(precision);
        let precision = format!("--time-stamp-precision={precision}");
        let Some(_) = run("tcpdump", &["-r", text(&file), &precision, "-w", text(&to)]) else { return };
        agree(&to, &packets);
    }
}
