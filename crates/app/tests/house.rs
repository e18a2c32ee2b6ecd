//! The rules of the house that a compiler does not know, read from the sources.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Which crate may import which others of this workspace, besides in tests. `view` and `net` never meet.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("view", &["sockscope-core"]),
    ("net", &["sockscope-core"]),
    ("engine", &["sockscope-core", "sockscope-view", "sockscope-net"]),
    ("tello", &["sockscope"]),
    ("app", &["sockscope", "sockscope-tello"]),
    ("testkit", &[]),
];

/// Words that stand in few files only: the words, those files, and what to do elsewhere.
const ONLY_IN: &[(&[&str], &[&str], &str)] = &[
    (&["println!", "eprintln!", "print!", "eprint!", "dbg!"], &[], "hand it to app/src/out.rs"),
    // While a line is edited at the console only what knows the editor may write: rows anywhere else would
    // land in the middle of what is being typed. Panes have the whole screen, drawn by one file.
    (
        &["io::stdout", "io::stderr"],
        &["app/src/out.rs", "app/src/console/screen.rs", "app/src/panes/screen.rs"],
        "hand it to app/src/out.rs, at the console and in panes to their screens",
    ),
    (&["process::exit"], &["app/src/cli.rs"], "return a Verdict or an error"),
    (
        &["Instant::now", "SystemTime::now"],
        &["engine/src/clock.rs", "net/src/kernel/portable.rs"],
        "take the time as an argument",
    ),
    (&["Timestamp::now", "Zoned::now"], &["app/src/cli/look.rs"], "take the time as an argument"),
    (&["thread::sleep"], &[], "wait for what is waited for"),
    (&["unsafe"], UNSAFE, "use what nix or socket2 offer"),
];

/// The rooms without I/O, and what they never say.
const PURE: (&[&str], &[&str]) =
    (&["core", "view"], &["std::fs", "std::env", "std::thread", "std::process", "UdpSocket", "stdin("]);

/// No file is longer than this.
const WALL: usize = 400;

/// Where unsafe code may stand: the calls of Linux that nobody else makes with all their facts.
const UNSAFE: &[&str] = &[
    "net/src/kernel/linux.rs",
    "net/src/kernel/linux/control.rs",
    "net/src/kernel/linux/inside.rs",
    "net/src/kernel/linux/name.rs",
    "net/src/kernel/linux/rights.rs",
    "net/src/kernel/linux/ring.rs",
    "net/src/kernel/linux/single.rs",
    "net/src/kernel/linux/trains.rs",
];

/// The crate that is there for tests only, and may look at the clock and talk.
const FOR_TESTS: &str = "testkit/";

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/").to_owned()
}

/// Every Rust file of `folder` in every crate, as `core/src/lib.rs`, with its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for krate in entries(&crates()) {
        walk(&krate.join(folder), &mut found);
    }
    let short = |path: &Path| path.strip_prefix(crates()).expect("below crates/").display().to_string();
    found.iter().map(|path| (short(path), read(path))).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// What is in a folder, in order; nothing if there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a folder is read").path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether `word` stands in a line of code as a word of its own: not in a comment that fills the line, nor
/// as a part of a longer name.
fn says(line: &str, word: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || c == '_';
    let open = !word.ends_with(inner);
    !line.trim_start().starts_with("//")
        && line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            !before.is_some_and(inner) && (open || !after.is_some_and(inner))
        })
}

/// A line for each place of `files`, but for `allowed` ones, that says one of `words`.
fn sayings(files: &[(String, String)], words: &[&str], allowed: &[&str], instead: &str) -> String {
    let mut wrong = String::new();
    for (path, text) in files.iter().filter(|(path, _)| !allowed.contains(&path.as_str())) {
        for (number, line) in (1..).zip(text.lines()) {
            for word in words.iter().filter(|word| says(line, word)) {
                let _ = writeln!(wrong, "crates/{path}:{number}: {word}; {instead}");
            }
        }
    }
    wrong
}

/// The crates of this workspace that a manifest names under `[dependencies]`.
fn imports(manifest: &str) -> Vec<&str> {
    let lines = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let names =
        lines.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split(['.', ' ', '=']).next());
    names.filter(|name| name.starts_with("sockscope")).collect()
}

#[test]
fn crates_import_only_what_lies_below() {
    for krate in entries(&crates()) {
        let name = krate.file_name().and_then(|name| name.to_str()).expect("a name");
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| *known == name) else {
            panic!("crates/{name} is new: say in MAY_IMPORT what it may import");
        };
        for import in imports(&read(&krate.join("Cargo.toml"))) {
            assert!(allowed.contains(&import), "crates/{name} imports {import}; it may import {allowed:?}");
        }
    }
    let manifest = "[package]\nsockscope = 1\n[dependencies]\nlibc = \"0.2\"\nsockscope-net.workspace = true\n\
                    sockscope = {}\n[dev-dependencies]\nsockscope-view = 1";
    assert_eq!(imports(manifest), ["sockscope-net", "sockscope"]);
}

#[test]
fn words_stand_only_where_they_may() {
    let mut files = sources("src");
    files.retain(|(path, _)| !path.starts_with(FOR_TESTS));
    assert!(files.len() > 50, "only {} sources were found", files.len());
    let mut wrong = String::new();
    for (words, allowed, instead) in ONLY_IN {
        wrong += &sayings(&files, words, allowed, instead);
        for path in *allowed {
            let (_, text) = files.iter().find(|(known, _)| known == path).expect("an allowed file exists");
            let used = text.lines().any(|line| words.iter().any(|word| says(line, word)));
            assert!(used, "crates/{path} does not say {words:?} any more: take it off the list");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn rooms_without_io_do_none() {
    let (rooms, words) = PURE;
    let pure = |path: &str| rooms.iter().any(|room| path.starts_with(&format!("{room}/")));
    let files: Vec<_> = sources("src").into_iter().filter(|(path, _)| pure(path)).collect();
    let wrong = sayings(&files, words, &[], "these rooms take bytes and the time, and give bytes");
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn tests_do_not_sleep() {
    for folder in ["src", "tests", "benches", "examples"] {
        let mut files = sources(folder);
        files.retain(|(path, _)| {
            path != "app/tests/house.rs" && (folder != "src" || path.starts_with(FOR_TESTS))
        });
        let wrong = sayings(&files, &["thread::sleep", "sleep("], &[], "wait for what is waited for");
        assert!(wrong.is_empty(), "\n{wrong}");
    }
}

#[test]
fn files_are_short() {
    let mut wrong = String::new();
    for (path, text) in sources("src") {
        let lines = text.lines().count();
        if lines > WALL {
            let _ = writeln!(wrong, "crates/{path} has {lines} lines; look for the missing idea");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn a_word_is_seen_in_code_only_and_whole() {
    for (line, word, seen) in [
        ("    unsafe { call() }", "unsafe", true),
        ("#![forbid(unsafe_code)]", "unsafe", false),
        ("    // unsafe in a comment", "unsafe", false),
        ("let t = std::time::Instant::now();", "Instant::now", true),
        ("let t = MyInstant::now();", "Instant::now", false),
        ("    eprintln!(\"x\");", "println!", false),
        ("    eprintln!(\"x\");", "eprintln!", true),
        ("io::stdout().lock()", "io::stdout", true),
        ("Stream::stdout(rows)", "io::stdout", false),
    ] {
        assert_eq!(says(line, word), seen, "{line}");
    }
}
