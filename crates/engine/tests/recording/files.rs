//! Files that are plain, packed, piped, growing, cut and damaged.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sockscope::recording::{Index, Progress, Recording, Walk};
use sockscope_testkit::peers;
use sockscope_testkit::program::Program;

use crate::made::{All, block, file, head, index, packet, walk};

fn save(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn open(path: &str) -> Recording {
    Recording::open(path).unwrap()
}

/// Packs with gzip, or `None` where there is none.
fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut command = peers::command("gzip", &["-1"])?;
    Some(Program::fed(&mut command, bytes).expect(0).out)
}

/// Gives a few bytes at a time.
struct Dribble(io::Cursor<Vec<u8>>);

impl Read for Dribble {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = out.len().min(1000 + self.0.position() as usize % 7);
        self.0.read(&mut out[..len])
    }
}

fn told(recording: io::Result<Recording>) -> String {
    Walk::new(recording.unwrap()).next().map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_walk_an_index_and_a_pipe_read_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = file(5000);
    let path = save(folder.path(), "f.pcapng", &bytes);
    let all = walk(open(&path));
    assert_eq!((all.packets.len(), all.notes.len()), (5000, 0));
    let sizes: usize = all.packets.iter().map(|(_, data)| data.len()).sum();
    assert_eq!(sizes, (0..5000).map(|n| n * 7919 % 1000).sum::<usize>());
    assert_eq!(index(open(&path), u64::MAX), all);
    assert_eq!(index(open(&path), 1), all);
    assert_eq!(index(open(&path), 100_000), all);
    let piped = || Recording::from_reader(Dribble(io::Cursor::new(bytes.clone())), "a pipe").unwrap();
    assert_eq!(walk(piped()), all);
    assert_eq!(index(piped(), 10_000), all);
}

#[test]
fn gzip_is_unpacked_and_what_is_wrong_with_it_told() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = file(3000);
    let all = walk(open(&save(folder.path(), "plain", &bytes)));
    let (Some(packed), Some(first), Some(second)) =
        (gzip(&bytes), gzip(&bytes[..12_345]), gzip(&bytes[12_345..]))
    else {
        return;
    };
    let path = save(folder.path(), "f.gz", &packed);
    assert_eq!(walk(open(&path)), all);
    assert_eq!(index(open(&path), 50_000), all);
    assert_eq!(walk(open(&save(folder.path(), "two.gz", &[first, second].concat()))), all);

    let cut = walk(open(&save(folder.path(), "cut.gz", &packed[..packed.len() / 2])));
    assert!(cut.packets.len() > 500 && cut.packets[..] == all.packets[..cut.packets.len()]);
    assert!(
        cut.notes[0].ends_with(": the gzip file ends before its end; what came before is read"),
        "{cut:?}"
    );
    assert!(cut.notes[1].contains(": the file ends within a packet block: "), "{:?}", cut.notes);
    let followed = walk(open(&save(folder.path(), "more.gz", &[&packed[..], b"junk"].concat())));
    let note = format!("at byte {}: 4 bytes that are no gzip follow behind its end; left out", bytes.len());
    assert_eq!((followed.packets == all.packets, followed.notes), (true, vec![note]));
}

#[test]
fn a_file_that_grows_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = file(50);
    let path = save(folder.path(), "f", b"");
    let mut writer = OpenOptions::new().append(true).open(&path).unwrap();
    let mut index = Index::new(open(&path));
    let mut written = 0;
    for end in (0..bytes.len()).step_by(97).chain([bytes.len()]) {
        writer.write_all(&bytes[written..end]).unwrap();
        written = end;
        assert_eq!(index.advance(u64::MAX).unwrap(), Progress::Waiting);
        assert!(index.at() <= end as u64 && end as u64 - index.at() < 1100);
        let left = (end as u64 - index.at()) > 0 && index.at() > 0;
        assert_eq!(index.unfinished().is_some(), left, "{end}");
    }
    assert_eq!((index.len(), index.noted(), index.at()), (50, 0, bytes.len() as u64));
    assert_eq!(index.packet(49).unwrap().unwrap().data().len(), 49 * 7919 % 1000);

    writer.write_all(&packet(1, b"cut")[..30]).unwrap();
    assert_eq!(index.advance(u64::MAX).unwrap(), Progress::Waiting);
    let note = format!("at byte {written}: the file ends within a packet block: 6 of 36 bytes are missing");
    assert_eq!((index.noted(), index.unfinished().unwrap().to_string()), (0, note.clone()));
    index.finish().unwrap();
    assert_eq!(index.notes()[0].to_string(), note);
}

#[test]
fn a_block_too_long_is_passed_over_in_a_file_and_in_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = save(folder.path(), "f", &[head(), packet(1, b"one")].concat());
    let mut writer = OpenOptions::new().write(true).open(&path).unwrap();
    let start = writer.seek(SeekFrom::End(0)).unwrap();
    let len: u32 = 100 << 20;
    writer.write_all(&[0xbad_u32, len].map(u32::to_le_bytes).concat()).unwrap();
    // A hole: it takes no room.
    writer.seek(SeekFrom::Start(start + u64::from(len) - 4)).unwrap();
    writer.write_all(&[&len.to_le_bytes()[..], &packet(2, b"two")].concat()).unwrap();
    let all = walk(open(&path));
    let note = format!("at byte {start}: a block of {len} bytes is passed over, since 64 MiB are the most");
    assert_eq!((all.packets.len(), &all.notes), (2, &vec![note]));
    assert_eq!(index(open(&path), 1 << 20), all);
    let piped = Recording::from_reader(fs::File::open(&path).unwrap(), "a pipe").unwrap();
    assert_eq!(walk(piped), all);
}

#[test]
fn a_length_that_lies_hides_nothing_in_a_file_nor_in_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    for len in [1000_u32, 60 << 20, 0xffff_fff0] {
        let mut bytes = [head(), packet(1, b"one")].concat();
        let at = bytes.len() + 4;
        bytes.extend(packet(2, b"lie"));
        bytes[at..at + 4].copy_from_slice(&len.to_le_bytes());
        bytes.extend([packet(3, b"two"), packet(4, b"three")].concat());
        let path = save(folder.path(), "f", &bytes);
        let all = walk(open(&path));
        let data: Vec<_> = all.packets.iter().map(|(_, data)| &data[..]).collect();
        assert_eq!(data, [&b"one"[..], b"two", b"three"], "{len}");
        assert_eq!(index(open(&path), 30), all);
        let piped: All = walk(Recording::from_reader(io::Cursor::new(bytes), "a pipe").unwrap());
        assert_eq!(piped.packets, all.packets);
    }
}

#[test]
fn long_packets_are_read_again_by_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let data: Vec<u8> = (0..3 << 20).map(|n| (n % 251) as u8).collect();
    let bytes =
        [head(), packet(1, &data), block(0xbad, &[7; 50_000]), packet(2, b"two"), packet(3, &data)].concat();
    let path = save(folder.path(), "f", &bytes);
    let all = index(open(&path), 1 << 20);
    assert_eq!((all.packets.len(), all.packets[0].1 == data, all.packets[2].1 == data), (3, true, true));
    assert_eq!(walk(open(&path)), all);
}

#[test]
fn a_file_that_shrinks_is_told_and_not_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let path = save(folder.path(), "f", &file(50));
    let mut index = Index::new(open(&path));
    index.finish().unwrap();
    OpenOptions::new().write(true).open(&path).unwrap().set_len(100).unwrap();
    let error = index.packet(49).unwrap_err().to_string();
    assert_eq!(error, format!("cannot read {path}: the file was changed while it was read"));
    assert!(index.packet(50).unwrap().is_none());
}

#[test]
fn what_cannot_be_read_is_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let text = save(folder.path(), "notes.txt", "你好, world\n".as_bytes());
    let looks = "it is neither pcap nor pcapng, but looks like text; make a recording of a hex dump with text2pcap, \
                 or give a file of pcap or pcapng";
    assert_eq!(told(Ok(open(&text))), format!("cannot read {text}: {looks}"));
    let empty = save(folder.path(), "empty", b"");
    assert_eq!(
        told(Ok(open(&empty))),
        format!("cannot read {empty}: it is empty; give a file of pcap or pcapng")
    );
    let no = folder.path().join("no").to_str().unwrap().to_owned();
    assert_eq!(Recording::open(&no).unwrap_err().to_string(), format!("cannot read {no}: not found"));
    let is = folder.path().to_str().unwrap();
    assert_eq!(Recording::open(is).unwrap_err().to_string(), format!("cannot read {is}: is a directory"));
}
