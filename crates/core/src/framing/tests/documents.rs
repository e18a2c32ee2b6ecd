//! docs/framing.md says what the table says, and its examples are what happens.

use super::*;
use crate::payload::Payload;

const DOCUMENT: &str = include_str!("../../../../../docs/framing.md");

/// What stands between `<!-- made:NAME -->` and `<!-- /made -->`.
fn made(name: &str) -> &'static str {
    let (_, after) = DOCUMENT.split_once(&format!("<!-- made:{name} -->\n")).expect("a place for it");
    after.split_once("<!-- /made -->").expect("an end").0.trim()
}

fn agree(name: &str, table: &str) {
    assert!(made(name) == table.trim(), "docs/framing.md should have in its place made:{name}\n\n{table}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn bytes(text: &str) -> Vec<u8> {
    // A note follows behind two blanks.
    let text = text.split("  ").next().unwrap();
    let payload = Payload::hex(text).unwrap().to_string();
    let mut bytes = Vec::new();
    for part in payload.replace("\\0", "\\x00").split("\\x").skip(1) {
        bytes.push(u8::from_str_radix(part, 16).unwrap());
    }
    bytes
}

#[test]
fn the_tables_are_those_of_the_program() {
    let mut table =
        String::from("| framing | what | an example | sends | as |\n| --- | --- | --- | --- | --- |\n");
    for spec in FRAMINGS {
        let cell = |text: &str| text.replace('|', "\\|");
        let (content, wire) = (hex(spec.content), hex(spec.wire));
        let (syntax, help, example) = (cell(spec.syntax), cell(spec.help), spec.example);
        table += &format!("| `{syntax}` | {help} | `{example}` | `{content}` | `{wire}` |\n");
    }
    agree("framings", &table);
    let mut table = String::from("| option | what |\n| --- | --- |\n");
    for (syntax, help) in COMMON {
        table += &format!("| `{}` | {help} |\n", syntax.replace('|', "\\|"));
    }
    agree("common", &table);
}

#[test]
fn every_flaw_is_told() {
    for flaw in [
        Flaw::Unfinished,
        Flaw::TooLong,
        Flaw::Skipped,
        Flaw::BadEscape,
        Flaw::BadLength,
        Flaw::BadEnd,
        Flaw::NoCheck,
    ] {
        assert!(DOCUMENT.contains(&format!("| `{}` |", flaw.code())), "{flaw:?}");
    }
    assert!(DOCUMENT.contains("| `bad_check` |"));
}

/// A block of an example: the framing, what is sent or what comes, and what that gives.
#[test]
fn the_examples_are_what_happens() {
    let mut seen = 0;
    for block in DOCUMENT.split("```").skip(1).step_by(2) {
        let lines = || block.lines().filter_map(|line| line.split_once(' ')).map(|(a, b)| (a, b.trim()));
        let Some(("framing", text)) = lines().next() else { continue };
        let framing = framing(text);
        let all =
            |name: &str| lines().filter(|(word, _)| *word == name).map(|(_, text)| text).collect::<Vec<_>>();
        let known = ["framing", "payload", "chunk", "wire", "frame"];
        assert!(lines().all(|(word, _)| known.contains(&word)), "{block}");
        let mut wire = Vec::new();
        for payload in all("payload") {
            framing.wrap(&bytes(payload), &mut wire).unwrap();
        }
        assert_eq!(wire, all("wire").into_iter().flat_map(bytes).collect::<Vec<_>>(), "{block}");
        let chunks: Vec<_> = all("chunk").into_iter().map(bytes).collect();
        let (frames, _) = cut_all(&framing, chunks.iter().map(Vec::as_slice));
        let shown = frames.iter().map(|(content, frame)| {
            format!("{} {}", hex(content), frame.flaw.map(Flaw::code).unwrap_or_default()).trim().to_owned()
        });
        let told = all("frame").into_iter().map(|text| match text.split_once("  ") {
            Some((bytes, note)) if note.contains('(') => {
                let flaw = note.split(['(', ')']).nth(1).unwrap();
                format!("{bytes} {flaw}")
            }
            Some((bytes, _)) => bytes.to_owned(),
            None => text.to_owned(),
        });
        assert_eq!(shown.collect::<Vec<_>>(), told.collect::<Vec<_>>(), "{block}");
        seen += 1;
    }
    assert!(seen > 3, "only {seen} examples");
}
