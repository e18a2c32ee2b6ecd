use std::path::Path;

use super::*;
use crate::charset::Charset;
use crate::endpoint::scheme;
use crate::rule::Rules;

/// Every example of the folder `examples`, by its name.
const EXAMPLES: &[(&str, &str)] = &[
    ("modbus.script", include_str!("../../../../../examples/modbus.script")),
    ("modem.script", include_str!("../../../../../examples/modem.script")),
    ("echo.script", include_str!("../../../../../examples/echo.script")),
    ("gbk.script", include_str!("../../../../../examples/gbk.script")),
];

const RULES: &[(&str, &str)] = &[("modem.rules", include_str!("../../../../../examples/modem.rules"))];

const DOCUMENT: &str = include_str!("../../../../../docs/scripts.md");

/// The same script on schemes of this build: where TCP is not built in, UDP stands for it. A script does not know
/// the difference; who carries it out does.
pub(super) fn readable(text: &str) -> String {
    match scheme("tcp") {
        Ok(_) => text.to_owned(),
        Err(_) => text.replace("tcp://", "udp://"),
    }
}

#[test]
fn every_example_is_read() {
    for (name, text) in EXAMPLES {
        let script = Script::parse(&readable(text), name, &Args::default());
        assert!(script.is_ok(), "{}", script.unwrap_err());
    }
    for (name, text) in RULES {
        let rules = Rules::read(text, name, Charset::UTF_8);
        assert!(rules.is_ok(), "{}", rules.unwrap_err());
    }
}

#[test]
fn the_document_shows_the_examples_as_they_are() {
    for (name, text) in EXAMPLES {
        assert!(DOCUMENT.contains(&format!("examples/{name}")), "{name} is not in docs/scripts.md");
        if matches!(*name, "modbus.script" | "modem.script") {
            assert!(DOCUMENT.contains(text), "docs/scripts.md shows another {name}");
        }
    }
    for statement in STATEMENTS {
        assert!(DOCUMENT.contains(&format!("`{}`", statement.word)), "{}", statement.word);
        assert!(Path::new(statement.word).components().count() == 1);
    }
}

/// The dialogue of the examples, as a device holds it.
#[test]
fn the_modbus_example_is_met_by_a_slave() {
    let mut play = Play { player: Player::new(example("modbus.script"), 0, 0), now: 0 };
    assert_eq!(play.acts().len(), 1);
    assert_eq!(play.opened(0), [r"send 0>0 \x00\x01\x00\x00\x00\x06\x01\x03\x00\x00\x00\x02"]);
    play.sent(0);
    assert_eq!(play.chunk(0, b"\x00\x01\x00\x00\x00\x07\x01"), [""; 0]);
    let acts = play.chunk(0, b"\x03\x04\x00\x2a\x01\x00");
    assert_eq!(acts, [r"send 0>0 \x00\x02\x00\x00\x00\x06\x01\x03\xff\xff\x00\x01"]);
    play.sent(0);
    assert_eq!(play.chunk(0, b"\x00\x02\x00\x00\x00\x03\x01\x83\x02"), ["close 0", "met"]);
}

#[test]
fn the_modem_example_is_met_by_the_rules_beside_it() {
    let rules = Rules::read(RULES[0].1, "modem.rules", Charset::UTF_8).unwrap();
    let mut rules = Rules::new(rules, 0, 0);
    let mut player = Player::new(example("modem.script"), 0, 0);
    let mut said = Vec::new();
    for ms in 0..100 {
        let Some(act) = player.next(at(ms)) else { break };
        let session = SessionId(0);
        let mut tell = |what| player.happened(&Happening { session, peer: 0, what });
        match act {
            Act::Open { .. } => tell(What::Opened { local: None }),
            Act::Send { bytes, .. } => {
                tell(What::Sent);
                let answer = rules.answer(at(ms), 0, &bytes).unwrap().expect("there is a rule");
                let crate::rule::Deed::Send(answer) = answer.what else { panic!("an answer") };
                answer.chunks(3).for_each(|bytes| tell(What::Received { bytes, whole: false }));
            }
            other => said.push(word(&other)),
        }
    }
    assert_eq!(said, ["say signal 18 of 31", "close 0", "met"]);
}

fn example(wanted: &str) -> Script {
    let (name, text) = EXAMPLES.iter().find(|(name, _)| *name == wanted).unwrap();
    Script::parse(&readable(text), name, &Args::default()).unwrap()
}
