//! The documents say what the program does: transcripts are run again, tables are made again, and every
//! option that a command line in them uses exists.
//!
//! `UPDATE_DOCS=1 cargo test -p sockscope-cli --test readme` writes what has changed into the documents.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write, pipe};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sockscope::core::capture_filter::{CONSTANTS, Layer, MISSING, NUMBERS, PRIMITIVES, PROTOS, SERVICES};
use sockscope::core::charset::Charset;
use sockscope::core::endpoint::{OPTIONS, Role, SCHEMES};
use sockscope::core::pattern::PATTERNS;
use sockscope::core::script::STATEMENTS;

/// The keys of panes, as the program has them.
#[expect(dead_code, reason = "documents have the table of keys alone")]
#[path = "../src/panes/key.rs"]
mod key;

const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap_or_else(|error| panic!("{document}: {error}"))
}

fn sockscope(args: &[impl AsRef<std::ffi::OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    command.args(args).env_remove("NO_COLOR").env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
    command
}

fn output(args: &[impl AsRef<std::ffi::OsStr>]) -> String {
    let output = sockscope(args).output().expect("sockscope runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// A command whose two standard streams go to one pipe, as at a terminal.
struct Terminal {
    child: Child,
    lines: BufReader<std::io::PipeReader>,
    seen: String,
}

impl Terminal {
    fn run(args: &[String]) -> Self {
        let (read, write) = pipe().expect("a pipe");
        let mut command = sockscope(args);
        command.stdout(write.try_clone().expect("a pipe")).stderr(write);
        let child = command.spawn().expect("sockscope starts");
        Self { child, lines: BufReader::new(read), seen: String::new() }
    }

    /// Reads up to the line that has `word`, and returns that line.
    fn until(&mut self, word: &str) -> String {
        loop {
            let mut line = String::new();
            let got = self.lines.read_line(&mut line).expect("text");
            assert!(got > 0, "no {word:?} in:\n{}", self.seen);
            self.seen += &line;
            if line.contains(word) {
                return line;
            }
        }
    }

    /// Ctrl-C.
    fn interrupt(&mut self) {
        let kill = format!("kill -INT {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("sh runs").success());
        self.seen += "^C\n";
    }

    /// Everything it said, once it has ended.
    fn end(mut self) -> String {
        self.lines.read_to_string(&mut self.seen).expect("text");
        assert!(self.child.wait().expect("it ends").success(), "{}", self.seen);
        self.seen
    }
}

/// The port behind the first of `marks` that the text has, all of which end in an address.
fn port(text: &str, marks: &[&str]) -> String {
    let after = marks.iter().find_map(|mark| text.split_once(mark)).expect("an address").1;
    after.chars().take_while(char::is_ascii_digit).collect()
}

/// The same text with the times and ports of the documents.
fn stable(text: &str, listener: &str, sender: &str) -> String {
    let ports = [(":0\"", ":8080\""), (&format!(":{listener}"), ":8080"), (&format!(":{sender}"), ":54321")];
    let text = ports.iter().fold(text.to_owned(), |text, (real, shown)| text.replace(real, shown));
    let lines = text.lines().map(|line| {
        let bytes = line.as_bytes();
        let timed = bytes.len() > 15 && bytes[2] == b':' && bytes[5] == b':' && bytes[8] == b'.';
        let line = if timed { format!("12:00:01.123456{}", &line[15..]) } else { line.to_owned() };
        match line.split_once("\"t\":\"") {
            Some((before, after)) => {
                let rest = &after[after.find('"').expect("a time ends")..];
                format!("{before}\"t\":\"2026-01-01T12:00:01.123456789Z{rest}")
            }
            None => line,
        }
    });
    lines.fold(String::new(), |text, line| text + &line + "\n")
}

/// Text with runs of spaces closed up: how wide a port is must not matter.
fn closed(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split("  ").filter(|s| !s.is_empty()).map(str::trim).collect::<Vec<_>>());
    lines.fold(String::new(), |text, columns| text + &columns.join("  ") + "\n")
}

/// Both sides of one message, as two people at two terminals would see them.
fn conversation(listen: &[String], send: &[String]) -> (String, String) {
    let at = |args: &[String], place: &str| -> Vec<String> {
        let mut args: Vec<_> = args.iter().map(|arg| arg.replace("udp://127.0.0.1:8080", place)).collect();
        args.extend(["--color".to_owned(), "never".to_owned()]);
        args
    };
    let mut listener = Terminal::run(&at(listen, "udp://127.0.0.1:0"));
    let to =
        port(&listener.until("127.0.0.1:"), &["listening on udp://127.0.0.1:", "\"local\":\"127.0.0.1:"]);
    let sent = Terminal::run(&at(send, &format!("udp://127.0.0.1:{to}"))).end();
    let from = port(&sent, &["sending from 127.0.0.1:", "\"local\":\"127.0.0.1:"]);
    listener.until(&format!("127.0.0.1:{from}"));
    listener.interrupt();
    (stable(&listener.end(), &to, &from), stable(&sent, &to, &from))
}

/// What stands in the code block behind a marker, without its first line, the command.
struct Block {
    command: Vec<String>,
    text: String,
    /// Where that text lies in the document.
    at: std::ops::Range<usize>,
}

fn block(document: &str, text: &str, marker: &str) -> Block {
    let lost = || panic!("{document} has no code block behind <!-- {marker} -->");
    let from = text.find(&format!("<!-- {marker} -->")).unwrap_or_else(lost);
    let open = from + text[from..].find("```").unwrap_or_else(lost);
    let start = open + text[open..].find('\n').unwrap_or_else(lost) + 1;
    let end = start + text[start..].find("```").unwrap_or_else(lost);
    let body = &text[start..end];
    let Some((command, _)) = body.split_once('\n').filter(|(line, _)| line.starts_with("$ ")) else {
        return Block { command: Vec::new(), text: body.to_owned(), at: start..end };
    };
    let words = words(command).split_off(2);
    let at = start + command.len() + 1..end;
    Block { command: words, text: text[at.clone()].to_owned(), at }
}

/// The words of a command line, as a shell takes them apart; single quotes hold a word together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("a word").push(c),
        }
    }
    words
}

/// Compares what a document says with what is so, or writes it there when that is asked for.
fn agree(document: &str, at: &std::ops::Range<usize>, said: &str, real: &str, same: bool) {
    if same {
        return;
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let mut text = read(document);
        assert_eq!(&text[at.clone()], said, "{document} changed meanwhile; run this once more");
        text.replace_range(at.clone(), real);
        fs::write(root().join(document), text).expect("the document is written");
        return;
    }
    let (said, real): (Vec<_>, Vec<_>) = (said.lines().collect(), real.lines().collect());
    let same = |(said, real): &(&&str, &&str)| said == real;
    let head = said.iter().zip(&real).take_while(same).count();
    let tail = said[head..].iter().rev().zip(real[head..].iter().rev()).take_while(same).count();
    let mut diff = String::new();
    diff.extend(said[head..said.len() - tail].iter().map(|line| format!("- {line}\n")));
    diff.extend(real[head..real.len() - tail].iter().map(|line| format!("+ {line}\n")));
    panic!(
        "{document} no longer says what is so (-), but something else (+):\n{diff}UPDATE_DOCS=1 writes it there"
    );
}

/// The two transcripts behind these markers, one heard, one sent.
fn transcripts(document: &str, listen: &str, send: &str) {
    let text = read(document);
    let (up, down) = (block(document, &text, listen), block(document, &text, send));
    let (heard, sent) = conversation(&up.command, &down.command);
    // The later one first, so that the places of the earlier one still hold.
    let mut both = [(up, heard), (down, sent)];
    both.sort_by_key(|(block, _)| std::cmp::Reverse(block.at.start));
    for (block, real) in both {
        agree(document, &block.at, &block.text, &real, closed(&block.text) == closed(&real));
    }
}

#[test]
fn the_transcripts_are_what_happens() {
    for readme in READMES {
        transcripts(readme, "transcript:listen", "transcript:send");
    }
    transcripts("docs/json-lines.md", "transcript:json", "transcript:send");
}

#[test]
fn examples_of_text_are_what_happens() {
    for document in ["README.md", "README.zh-CN.md", "docs/payload.md", "docs/charsets.md"] {
        let text = read(document);
        let mut seen = 0;
        for at in text.match_indices("<!-- run -->").map(|(at, _)| at).collect::<Vec<_>>().into_iter().rev() {
            let block = block(document, &text[at..], "run");
            let real = output(&block.command);
            let place = at + block.at.start..at + block.at.end;
            agree(document, &place, &block.text, &real, block.text == real);
            seen += 1;
        }
        assert!(seen > 0, "{document} has examples");
    }
}

/// Compares what stands between `<!-- made:NAME -->` and `<!-- /made -->`.
fn made(document: &str, name: &str, real: &str) {
    let text = read(document);
    let lost = || panic!("{document} has no place made:{name}");
    let mark = format!("<!-- made:{name} -->\n");
    let start = text.find(&mark).unwrap_or_else(lost) + mark.len();
    let end = start + text[start..].find("<!-- /made -->").unwrap_or_else(lost);
    let real = format!("\n{}\n\n", real.trim_end());
    agree(document, &(start..end), &text[start..end], &real, text[start..end] == real);
}

#[test]
fn the_tables_are_those_of_the_program() {
    made("docs/json-lines.md", "lines", &output(&["schema", "--markdown"]));
    made("docs/payload.md", "fields", &format!("```text\n{}```", output(&["schema", "--fields"])));
    made("docs/console.md", "words", &console_words());
    made("docs/endpoints.md", "schemes", &schemes());
    made("docs/endpoints.md", "options", &options());
    made("docs/charsets.md", "charsets", &charsets());
    made("docs/panes.md", "keys", &keys());
    made(
        "docs/tello.md",
        "commands",
        &format!("```text\n{}```", output(&["tello", "commands", "--lang", "en"])),
    );
    made(
        "docs/tello.md",
        "faults",
        &format!("```text\n{}```", output(&["tello", "sim", "--faults", "list"])),
    );
    made("docs/scripts.md", "statements", &statements());
    made("docs/rules.md", "patterns", &patterns());
    made("docs/capture-filters.md", "primitives", &primitives());
    made("docs/capture-filters.md", "protocols", &protocols());
    made("docs/capture-filters.md", "constants", &constants());
    made("docs/capture-filters.md", "services", &services());
    made("docs/capture-filters.md", "numbers", &numbers());
    made("docs/capture-filters.md", "missing", &missing());
}

/// What the console's own help says of its words.
fn console_words() -> String {
    let mut command = sockscope(&["talk"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("sockscope starts");
    child.stdin.take().expect("a pipe").write_all(b"/help\n").expect("it reads");
    let help = child.wait_with_output().expect("it ends").stderr;
    format!("```text\n{}```", String::from_utf8(help).expect("text"))
}

fn keys() -> String {
    let mut table = String::from("| keys | what they do |\n| --- | --- |\n");
    for spec in key::KEYS {
        let keys: Vec<_> = spec.keys.iter().map(|key| format!("`{key}`")).collect();
        let _ = writeln!(table, "| {} | {} |", keys.join(" "), spec.help);
    }
    table
}

fn schemes() -> String {
    let mut table = String::from("| scheme | example | what | built |\n| --- | --- | --- | --- |\n");
    for scheme in SCHEMES {
        let built = match scheme.features {
            [] if scheme.built_in => "yes".to_owned(),
            [] => "not yet".to_owned(),
            features => format!("with `--features {}`", features.join(",")),
        };
        let _ = writeln!(table, "| `{}` | `{}` | {} | {built} |", scheme.name, scheme.example, scheme.help);
    }
    table
}

fn options() -> String {
    let mut table = String::from("| option | value | of | for | what |\n| --- | --- | --- | --- | --- |\n");
    for option in OPTIONS {
        let roles = option.roles.iter().map(|role| match role {
            Role::Listen => "listening",
            Role::Send => "sending",
        });
        let value = option.value.replace('|', "\\|");
        let roles = roles.collect::<Vec<_>>().join(", ");
        let schemes = option.schemes.join(" ");
        let _ = writeln!(table, "| `{}` | `{value}` | {schemes} | {roles} | {} |", option.name, option.help);
    }
    table
}

fn charsets() -> String {
    let mut table = String::from("| charset | other labels | what |\n| --- | --- | --- |\n");
    for charset in Charset::all() {
        let labels: Vec<_> = charset.labels().iter().map(|label| format!("`{label}`")).collect();
        let _ = writeln!(table, "| `{}` | {} | {} |", charset.name(), labels.join(" "), charset.about());
    }
    table
}

fn statements() -> String {
    let mut table = String::from("| statement | what it does | example |\n| --- | --- | --- |\n");
    for row in STATEMENTS {
        let (syntax, help) = (row.syntax.replace('|', "\\|"), row.help);
        let rest = syntax.strip_prefix(row.word).unwrap_or_default();
        let code = |text: &str| if text.is_empty() { String::new() } else { format!(" `{text}`") };
        let _ = writeln!(table, "| `{}`{} | {help} | `{}` |", row.word, code(rest.trim()), row.example);
    }
    table
}

fn patterns() -> String {
    let mut table =
        String::from("| pattern | what it matches | example | which matches |\n| --- | --- | --- | --- |\n");
    for row in PATTERNS {
        let syntax = row.syntax.replace('|', "\\|");
        let _ = writeln!(table, "| `{syntax}` | {} | `{}` | `{}` |", row.help, row.example, row.matches);
    }
    table
}

fn primitives() -> String {
    let mut table = String::from("| test | which packets pass | example |\n| --- | --- | --- |\n");
    for row in PRIMITIVES {
        let _ =
            writeln!(table, "| `{}` | {} | `{}` |", row.syntax.replace('|', "\\|"), row.help, row.example);
    }
    table
}

fn protocols() -> String {
    let mut table = String::from("| word | what | where | bytes can be read |\n| --- | --- | --- | --- |\n");
    for row in PROTOS {
        let place = match row.layer {
            Layer::Link => "at the start".to_owned(),
            Layer::Network(number @ 0..=1500) => format!("behind IEEE 802.2, {number:#x}"),
            Layer::Network(number) => format!("type of Ethernet {number:#06x}"),
            Layer::Inside { number, v4, v6 } => {
                let ip = [(v4, "IPv4"), (v6, "IPv6")].into_iter().filter(|(is, _)| *is).map(|(_, name)| name);
                format!("protocol {number} of {}", ip.collect::<Vec<_>>().join(" and "))
            }
        };
        let bytes = if row.bytes { "yes" } else { "no" };
        let _ = writeln!(table, "| `{}` | {} | {place} | {bytes} |", row.word, row.help);
    }
    table
}

fn constants() -> String {
    let rows = CONSTANTS.iter().map(|(name, number)| format!("| `{name}` | {number} |\n"));
    format!("| name | number |\n| --- | --- |\n{}", rows.collect::<String>())
}

fn services() -> String {
    let rows = SERVICES.iter().map(|service| {
        format!("| `{}` | {} | {} |\n", service.name, service.port, service.proto.unwrap_or("all"))
    });
    format!("| name | port | of |\n| --- | --- | --- |\n{}", rows.collect::<String>())
}

fn numbers() -> String {
    let rows = NUMBERS.iter().map(|(name, number)| format!("| `{name}` | {number} |\n"));
    format!("| name | number |\n| --- | --- |\n{}", rows.collect::<String>())
}

fn missing() -> String {
    let mut table = String::from("| words | instead |\n| --- | --- |\n");
    for (words, instead) in MISSING {
        let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
        let _ = writeln!(table, "| {} | {instead} |", words.join(" "));
    }
    table
}

fn documents() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for folder in ["", "docs/"] {
        let entries = fs::read_dir(root().join(folder)).expect("a folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
        all.extend(names.filter(|name| name.ends_with(".md")).map(|name| format!("{folder}{name}")));
    }
    all.sort();
    all
}

#[test]
fn command_lines_use_options_that_exist() {
    let mut seen = BTreeSet::new();
    for document in documents() {
        let text = read(&document);
        for line in text.split("```").skip(1).step_by(2).flat_map(str::lines) {
            let line = line.strip_prefix("$ ").unwrap_or(line);
            let Some(rest) = line.strip_prefix("sockscope ") else { continue };
            // Drones have commands of their own below.
            let words = if rest.starts_with("tello ") { 2 } else { 1 };
            let is_name = |word: &&str| word.starts_with(|first: char| first.is_ascii_lowercase());
            let command = rest.split(' ').take(words).take_while(is_name).collect::<Vec<_>>();
            let help = output(&[&command[..], &["--help"]].concat());
            let command = command.join(" ");
            for word in rest.split(' ').take_while(|word| *word != "#").filter(|word| word.starts_with("--"))
            {
                let option = word.split('=').next().unwrap_or(word);
                let known = help
                    .split_whitespace()
                    .any(|w| w.trim_end_matches(',').split(['=', '[']).next() == Some(option));
                assert!(known, "{document}: {command} has no {option}: {line}");
            }
            seen.insert(command);
        }
    }
    assert!(seen.len() > 3, "only {seen:?} were found");
}

#[test]
fn links_lead_somewhere() {
    for document in documents() {
        let text = read(&document);
        let folder = root().join(&document).parent().expect("a folder").to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains("://") {
                assert!(folder.join(path).exists(), "{document} links to {path}, which is not there");
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_commands() {
    let commands = |document: &str| -> Vec<String> {
        let text = read(document);
        let lines = text.lines().filter(|line| line.starts_with("$ ") || line.starts_with("sockscope "));
        lines.map(|line| line.split(" # ").next().unwrap_or(line).trim_end().to_owned()).collect()
    };
    assert_eq!(commands(READMES[0]), commands(READMES[1]));
}
