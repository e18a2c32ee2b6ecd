//! Files that are full, taken, rotated, cut, gone on with.

use std::fs;
use std::path::Path;

use sockscope_testkit::peers;
use sockscope_testkit::program::{Finished, Program};

use super::common::sockscope;
use super::tshark;

/// Listens with these arguments, is sent `count` lines, and ends.
fn recorded(args: &[&str], count: usize) -> Finished {
    let number = count.to_string();
    let mut listen =
        sockscope(&[&["listen", "udp://127.0.0.1:0", "--raw", "--count", &number], args].concat());
    let listener = Program::start(&mut listen);
    let place = format!("udp://127.0.0.1:{}", listener.port());
    let lines: String = (1..=count).map(|number| format!("{number}\n")).collect();
    Program::fed(&mut sockscope(&["send", &place, "--lines", "--quiet"]), lines.as_bytes()).expect(0);
    listener.finish()
}

/// The lines in a recording, as text.
fn lines(path: &Path) -> Option<Vec<String>> {
    let bytes = |hex: &str| {
        let digits: Vec<_> = hex.as_bytes().chunks(2).collect();
        let bytes =
            digits.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
        String::from_utf8(bytes.collect()).unwrap()
    };
    Some(tshark::read(path)?.iter().map(|packet| bytes(&packet.payload)).collect())
}

fn numbers(range: std::ops::RangeInclusive<usize>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

#[test]
fn a_file_that_is_there_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng");
    fs::write(&path, "mine").unwrap();
    let path = path.display().to_string();
    for more in [&[][..], &["--append"]] {
        let args = [&["listen", "udp://127.0.0.1:0", "--save", &path], more].concat();
        let told = Program::run(&mut sockscope(&args)).expect(2);
        let why =
            if more.is_empty() { "is there already; choose another name" } else { "is no pcapng recording" };
        assert!(told.err.contains(why), "{}", told.err);
    }
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[test]
fn a_recording_goes_on_behind_what_it_holds_even_if_that_broke_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng");
    let text = path.display().to_string();
    recorded(&["--save", &text], 3).expect(0);
    let whole = fs::metadata(&path).unwrap().len();
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(whole - 5).unwrap();
    let told = recorded(&["--save", &text, "--append"], 2).expect(0);
    assert!(told.err.contains("ended inside a block: its last"), "{}", told.err);
    let Some(lines) = lines(&path) else { return };
    assert_eq!(lines, ["1", "2", "3", "1", "2"]);
}

#[test]
fn a_file_that_another_program_writes_is_left_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng");
    let text = path.display().to_string();
    let first = Program::start(&mut sockscope(&["listen", "udp://127.0.0.1:0", "--save", &text]));
    first.port();
    let again = ["listen", "udp://127.0.0.1:0", "--save", &text, "--append"];
    let told = Program::run(&mut sockscope(&again)).expect(2);
    let who = format!("is being written by sockscope (process {})", first.id());
    assert!(told.err.contains(&who), "{}", told.err);
    first.interrupt();
    first.finish().expect(0);
    let _held = fs::OpenOptions::new().append(true).open(&path).unwrap();
    let told = Program::run(&mut sockscope(&again)).expect(2);
    assert!(told.err.contains(&format!("(process {})", std::process::id())), "{}", told.err);
}

#[test]
fn full_files_make_room_for_the_next_and_the_oldest_go() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("x.pcapng").display().to_string();
    let args = ["--save", &text, "--rotate", "8KiB", "--keep", "3"];
    let told = recorded(&args, 200).expect(0);
    assert!(told.err.contains(", of which "), "{}", told.err);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 3);
    assert!(files.iter().all(|file| fs::metadata(file).unwrap().len() <= 8 << 10));
    let told =
        Program::run(&mut sockscope(&[&["listen", "udp://127.0.0.1:0"][..], &args].concat())).expect(2);
    assert!(told.err.contains("x-00005.pcapng is there already"), "{}", told.err);
    let Some(all) = files.iter().map(|file| lines(file)).collect::<Option<Vec<_>>>() else { return };
    let all = all.concat();
    assert_eq!(all, numbers(201 - all.len()..=200), "no message is lost between two files");
    recorded(&[&args[..], &["--append"]].concat(), 1).expect(0);
    assert_eq!(lines(&folder.path().join("x-00006.pcapng")).unwrap(), ["1"]);
}

#[test]
fn a_new_file_can_begin_after_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("x.pcapng").display().to_string();
    let args = ["listen", "udp://127.0.0.1:0", "--count", "4", "--save", &text, "--rotate", "100ms"];
    let listener = Program::start(&mut sockscope(&args));
    let place = format!("udp://127.0.0.1:{}", listener.port());
    let args = ["send", &place, "{counter}", "--count", "4", "--every", "60ms", "--quiet"];
    Program::run(&mut sockscope(&args)).expect(0);
    listener.finish().expect(0);
    let file = |number: u32| folder.path().join(format!("x-{number:05}.pcapng"));
    let Some(first) = lines(&file(1)) else { return };
    assert!(first.len() <= 2, "{first:?}");
    assert!(!lines(&file(2)).unwrap().is_empty());
}

#[test]
fn only_so_much_of_each_packet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng");
    let told = recorded(&["--save", &path.display().to_string(), "--snap", "29"], 12).expect(0);
    assert!(told.err.contains("3 packets cut to the length asked for"), "{}", told.err);
    let Some(seen) = tshark::read(&path) else { return };
    assert_eq!((seen[11].len, seen[11].payload.as_str()), (30, "31"));
}

/// Listens where no file may be longer than 16 KiB: as on a disk that is full by then.
#[test]
fn a_file_that_cannot_grow_ends_with_a_whole_packet_and_the_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng");
    let text = path.display().to_string();
    let plain = sockscope(&["listen", "udp://127.0.0.1:0", "--raw", "--count", "200", "--save", &text]);
    let mut listen = std::process::Command::new("sh");
    listen.args(["-c", "trap '' XFSZ; ulimit -f 32; exec \"$0\" \"$@\""]).arg(plain.get_program());
    listen.args(plain.get_args());
    let listener = Program::start(&mut listen);
    let place = format!("udp://127.0.0.1:{}", listener.port());
    let lines: String = (1..=200).map(|number| format!("{number}\n")).collect();
    Program::fed(&mut sockscope(&["send", &place, "--lines", "--quiet"]), lines.as_bytes()).expect(0);
    let told = listener.finish().expect(1);
    assert_eq!(told.out.len(), 9 + 2 * 90 + 3 * 101, "all was received");
    assert!(told.err.contains("nothing more can be recorded in"), "{}", told.err);
    let Some(lines) = self::lines(&path) else { return };
    assert!((50..150).contains(&lines.len()), "{}", lines.len());
    assert_eq!(lines, numbers(1..=lines.len()));
    let lost = format!("recorded only {} packets: {} packets could not be: ", lines.len(), 200 - lines.len());
    assert!(told.err.contains(&lost), "{}", told.err);
}

#[test]
fn a_full_disk_is_told() {
    let told = recorded(&["--save", "/dev/full"], 2).expect(1);
    let why = "recorded only 0 packets: 2 packets could not be: /dev/full: no space left on device";
    assert!(told.err.contains(why), "{}", told.err);
}

#[test]
fn a_recording_for_standard_output() {
    let Some(mut reader) = peers::command("tshark", &["-r", "-", "-T", "fields", "-e", "udp.payload"]) else {
        return;
    };
    let listener = Program::start(&mut sockscope(&["listen", "udp://127.0.0.1:0", "--raw", "--count", "1"]));
    let place = format!("udp://127.0.0.1:{}", listener.port());
    let told = Program::run(&mut sockscope(&["send", &place, "你好", "--save", "-"])).expect(0);
    listener.finish().expect(0);
    assert_eq!(Program::fed(&mut reader, &told.out).expect(0).text(), "e4bda0e5a5bd\n");
    let told = Program::run(&mut sockscope(&["send", &place, "x", "--save", "-", "--json"])).expect(2);
    assert!(
        told.err.contains("standard output cannot be for the recording and for what is shown"),
        "{}",
        told.err
    );
}

#[test]
fn options_that_make_no_sense() {
    for (args, why) in [
        (["--rotate", "3"], "write its unit too"),
        (["--rotate", "3KiB"], "at least 4KiB"),
        (["--rotate", "1ms"], "at least 100ms"),
        (["--rotate", "much"], "write a size such as 100MiB, or a time such as 1h"),
        (["--snap", "0"], "from 1 to 262144"),
    ] {
        let all = [&["listen", "udp://127.0.0.1:0", "--save", "never.pcapng"][..], &args].concat();
        let told = Program::run(&mut sockscope(&all)).expect(2);
        assert!(told.err.contains(why), "{}", told.err);
    }
}
