//! What could stand at the cursor, and what is to come behind it.

use std::fs;
use std::path::Path;

use sockscope::core::charset::Charset;
use sockscope::core::checksum::Algorithm;
use sockscope::core::endpoint::SCHEMES;
use sockscope::core::payload::{Payload, field_help};

use super::names::{Candidate, Names};
use super::reading::{find, read};
use super::said::Said;
use super::words::{Kind, WORDS, Word};
use super::{arguments, sample};

/// More than a screen can list: then only what they all begin with is completed.
const MANY: usize = 1_000;

/// Words that begin a test of a filter, or join two.
const TESTS: [&str; 12] =
    ["rx", "tx", "warning", "bad", "peer", "socket", "text", "hex", "len", "and", "or", "not"];

/// Where in `line` the part begins that is completed, and what could stand in its place.
pub(super) fn complete(line: &str, pos: usize, names: &Names) -> (usize, Vec<Candidate>) {
    let typed = &line[..pos];
    let (start, found) = match typed.strip_prefix('/') {
        Some(name) if !name.starts_with('/') => match name.split_once(char::is_whitespace) {
            None => (0, console_words(typed)),
            Some((name, rest)) => match find(name) {
                Some(word) => arguments_of(word, typed, rest, names),
                None => (pos, Vec::new()),
            },
        },
        _ => fields(typed),
    };
    if found.len() > MANY {
        let common = rustyline::completion::longest_common_prefix(&found);
        let common = common.filter(|common| common.len() > pos - start).map(|common| pair(common, common));
        return (start, common.into_iter().collect());
    }
    (start, found)
}

fn console_words(typed: &str) -> Vec<Candidate> {
    let begins = |name: &str| name.to_lowercase().starts_with(&typed[1..].to_lowercase());
    let found = WORDS.iter().filter(|word| begins(word.name));
    found
        .map(|word| {
            let blank = if word.arguments.is_empty() { "" } else { " " };
            pair(&format!("/{}", word.name), &format!("/{}{blank}", word.name))
        })
        .collect()
}

fn arguments_of(word: &Word, typed: &str, rest: &str, names: &Names) -> (usize, Vec<Candidate>) {
    if word.completes.contains(&Kind::Payload) {
        return fields(typed);
    }
    let start = match word.completes.contains(&Kind::File) {
        // A path may have blanks.
        true => typed.len() - rest.trim_start().len(),
        false => typed
            .rfind(char::is_whitespace)
            .map_or(typed.len(), |at| at + typed[at..].chars().next().map_or(0, char::len_utf8)),
    };
    let begun = &typed[start..];
    let found = word.completes.iter().flat_map(|kind| candidates(*kind, begun, names)).collect();
    (start, found)
}

fn candidates(kind: Kind, begun: &str, names: &Names) -> Vec<Candidate> {
    let of = |names: &mut dyn Iterator<Item = String>| -> Vec<Candidate> {
        let lower = begun.to_lowercase();
        names.filter(|name| name.to_lowercase().starts_with(&lower)).map(|name| pair(&name, &name)).collect()
    };
    match kind {
        Kind::OneOf(names) => of(&mut names.iter().map(|name| (*name).to_owned())),
        Kind::Word => of(&mut WORDS.iter().map(|word| word.name.to_owned())),
        Kind::Session => of(&mut names.sessions.iter().cloned()),
        Kind::Peer => {
            let numbered = names.peers.iter().map(|(number, address)| (format!("#{number}"), address));
            let begins = numbered.filter(|(number, _)| number.starts_with(begun));
            begins.map(|(number, address)| pair(&format!("{number} {address}"), &number)).collect()
        }
        Kind::Endpoint => {
            let built_in = SCHEMES.iter().filter(|scheme| scheme.built_in);
            of(&mut built_in.map(|scheme| format!("{}://", scheme.name)))
        }
        Kind::Charset => {
            let found = of(&mut Charset::all().map(|charset| charset.name().to_owned()));
            let labels = Charset::all().flat_map(Charset::labels).map(|label| (*label).to_owned());
            if found.is_empty() { of(&mut { labels }) } else { found }
        }
        Kind::Framing => of(&mut names.framings.iter().cloned()),
        Kind::File => files(begun),
        Kind::Test => of(&mut TESTS.iter().map(|name| (*name).to_owned())),
        Kind::Payload => Vec::new(),
    }
}

/// Names of files that begin as `begun` does; a folder has its slash. Hidden ones only where their dot is
/// typed.
fn files(begun: &str) -> Vec<Candidate> {
    let (before, name) = begun.split_at(begun.rfind('/').map_or(0, |at| at + 1));
    let place = arguments::home(if before.is_empty() { "./" } else { before });
    let Ok(entries) = fs::read_dir(place) else { return Vec::new() };
    let mut found: Vec<Candidate> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok().map(|name| (name, entry.path())))
        .filter(|(known, _)| known.starts_with(name) && (name.starts_with('.') || !known.starts_with('.')))
        .map(|(known, path)| {
            let slash = if Path::is_dir(&path) { "/" } else { "" };
            pair(&format!("{known}{slash}"), &format!("{before}{known}{slash}"))
        })
        .collect();
    found.sort_by(|a, b| a.display.cmp(&b.display));
    found
}

/// Fields of a payload, where a brace was opened.
fn fields(typed: &str) -> (usize, Vec<Candidate>) {
    let open = typed.rfind('{').filter(|at| !typed[*at..].contains('}') && !typed[..*at].ends_with('\\'));
    let Some(start) = open else { return (typed.len(), Vec::new()) };
    let begun = &typed[start + 1..];
    let names = field_help().filter(|help| help.name != "CHECKSUM").map(|help| help.name);
    let names = names.chain(Algorithm::all().map(Algorithm::name)).filter(|name| name.starts_with(begun));
    (start, names.map(|name| pair(&format!("{{{name}}}"), &format!("{{{name}}}"))).collect())
}

/// What is shown behind the line: how the word goes on, or how many bytes the line will be.
pub(super) fn hint(line: &str, names: &Names) -> String {
    let told = match line.strip_prefix('/') {
        // Pasted: each of them is a line of its own.
        _ if line.contains('\n') => Some(format!("   {} lines", line.split('\n').count())),
        Some(name) if !name.starts_with('/') => match name.split_once(char::is_whitespace) {
            None => Some(word_hint(name)),
            Some((name, rest)) => find(name).and_then(|word| match rest.trim() {
                "" => Some(word.arguments.to_owned()),
                _ => size(line, names),
            }),
        },
        _ => size(line, names),
    };
    told.unwrap_or_default()
}

fn word_hint(name: &str) -> String {
    let after = |word: &Word, begun: &str| {
        let blank = if word.arguments.is_empty() { "" } else { " " };
        format!("{}{blank}{}", &word.name[begun.len()..], word.arguments)
    };
    match (find(name), WORDS.iter().find(|word| word.name.starts_with(name))) {
        (Some(word), _) if word.arguments.is_empty() => String::new(),
        (Some(word), _) => format!(" {}", word.arguments),
        (None, Some(word)) if !name.is_empty() => after(word, name),
        _ => String::new(),
    }
}

/// How many bytes a line that sends will be; or what the charset lacks.
fn size(line: &str, names: &Names) -> Option<String> {
    let payload: Payload = match read(line).ok()? {
        Said::Send(payload) | Said::Repeat { payload, .. } if !payload.is_empty() => payload,
        _ => return None,
    };
    let eol = if names.eol.text().is_empty() { String::new() } else { format!(" {}", names.eol.name()) };
    match sample::message(&payload, names.charset, names.eol) {
        Ok(message) => {
            let about = if message.sized { "" } else { "about " };
            Some(format!("   {about}{} B {}{eol}", message.bytes.len(), names.charset))
        }
        Err(problem) => Some(format!("   {}", problem.what)),
    }
}

fn pair(display: &str, replacement: &str) -> Candidate {
    Candidate { display: display.to_owned(), replacement: replacement.to_owned() }
}

#[cfg(test)]
mod tests {
    use sockscope::core::payload::Eol;

    use super::*;

    fn names() -> Names {
        Names {
            sessions: vec!["plc".into(), "printer".into(), "我的".into()],
            peers: vec![(3, "10.0.0.1:7000".into()), (12, "10.0.0.2:7000".into())],
            framings: vec!["line".into(), "length:".into()],
            charset: Charset::GBK,
            eol: Eol::None,
        }
    }

    /// The line with each completion in its place.
    fn completed(line: &str) -> Vec<String> {
        let (start, found) = complete(line, line.len(), &names());
        found.iter().map(|pair| format!("{}{}", &line[..start], pair.replacement)).collect()
    }

    #[test]
    fn words_and_their_arguments() {
        assert_eq!(completed("/se"), ["/sessions"]);
        assert_eq!(completed("/cl"), ["/close ", "/clear"]);
        assert_eq!(completed("/use p"), ["/use plc", "/use printer"]);
        assert_eq!(completed("/use 我"), ["/use 我的"]);
        assert_eq!(completed("/to #"), ["/to #3", "/to #12"]);
        assert_eq!(completed("/close plc h"), ["/close plc half"]);
        assert_eq!(completed("/open plc u").first().map(String::as_str), Some("/open plc udp://"));
        assert_eq!(completed("/charset gb"), ["/charset gbk", "/charset gb18030"]);
        assert!(completed("/enc cp93").contains(&"/enc cp932".to_owned()));
        assert_eq!(completed("/frame l"), ["/frame line", "/frame length:"]);
        assert_eq!(completed("/filter rx and te"), ["/filter rx and text"]);
        assert_eq!(completed("/nonsense x"), Vec::<String>::new());
        assert_eq!(completed("/help repe"), ["/help repeat"]);
    }

    #[test]
    fn every_kind_of_argument_gives_something() {
        for word in WORDS.iter().filter(|word| !word.completes.is_empty()) {
            let begun = if word.completes.contains(&Kind::Payload) { "{" } else { "" };
            let line = format!("/{} {begun}", word.name);
            let files = word.completes == [Kind::File];
            assert!(!completed(&line).is_empty() || files, "{line}");
        }
    }

    #[test]
    fn fields_of_a_payload() {
        assert!(completed("AT {crc16-mod").contains(&"AT {crc16-modbus}".to_owned()));
        assert_eq!(completed("{counter} x"), Vec::<String>::new());
        assert!(completed("/hex 01 {coun").contains(&"/hex 01 {counter}".to_owned()));
    }

    #[test]
    fn files_with_blanks_and_chinese_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["固件 一.bin", "固件 二.bin", ".hidden"] {
            fs::write(folder.path().join(name), b"").unwrap();
        }
        fs::create_dir(folder.path().join("资料")).unwrap();
        let place = folder.path().display();
        assert_eq!(
            completed(&format!("/file {place}/固件 ")),
            [format!("/file {place}/固件 一.bin"), format!("/file {place}/固件 二.bin")]
        );
        assert_eq!(completed(&format!("/save {place}/资")), [format!("/save {place}/资料/")]);
        assert_eq!(completed(&format!("/save {place}/")).len(), 3);
        assert_eq!(completed(&format!("/save {place}/.h")), [format!("/save {place}/.hidden")]);
        for n in 0..=MANY {
            fs::write(folder.path().join(format!("many-{n}")), b"").unwrap();
        }
        assert_eq!(completed(&format!("/save {place}/ma")), [format!("/save {place}/many-")]);
        assert_eq!(completed(&format!("/save {place}/many-")), Vec::<String>::new());
    }

    #[test]
    fn hints_tell_what_comes_and_how_long_the_line_will_be() {
        for (line, told) in [
            ("", ""),
            ("/", ""),
            ("/op", "en [NAME] ENDPOINT"),
            ("/open", " [NAME] ENDPOINT"),
            ("/open ", "[NAME] ENDPOINT"),
            ("/open x", ""),
            ("/peers", ""),
            ("你好", "   4 B gbk"),
            ("//x", "   2 B gbk"),
            ("/hex 01 0", ""),
            ("/hex 01 03 {crc16-modbus}", "   4 B gbk"),
            ("/repeat 1s x2 {counter}", "   about 1 B gbk"),
            ("你好😀", "   gbk has no '😀' (U+1F600)"),
            ("{coun", ""),
            ("甲\n/use x\n", "   3 lines"),
        ] {
            assert_eq!(hint(line, &names()), told, "{line}");
        }
        let crlf = Names { eol: Eol::CrLf, ..names() };
        assert_eq!(hint("a", &crlf), "   3 B gbk crlf");
    }
}
