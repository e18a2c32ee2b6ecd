use proptest::prelude::*;

use super::*;
use crate::facts::Stamp;

const MS: u64 = 1_000_000;

fn at(ms: u64) -> Now {
    Now { moment: Moment(ms * MS), stamp: Stamp(1_234_567_890_000_000_000 + ms * MS) }
}

fn rules(lines: &[&str]) -> Rules {
    Rules::new(lines.iter().map(|line| Rule::parse(line, Charset::UTF_8).unwrap()).collect(), 1, 0)
}

fn sends(bytes: &[u8]) -> Deed {
    Deed::Send(bytes.to_vec())
}

/// What is done about a message, without when.
fn deed(rules: &mut Rules, peer: u64, message: &[u8]) -> Option<Deed> {
    rules.answer(at(0), peer, message).unwrap().map(|answered| answered.what)
}

#[track_caller]
fn wrong(rule: &str, spot: &str, start: &str) {
    let problem = Rule::parse(rule, Charset::UTF_8).unwrap_err();
    let message = problem.to_string();
    assert!(message.starts_with(start), "{message}");
    assert_eq!(&problem.input[problem.span], spot, "{message}");
}

#[test]
fn a_modbus_slave_and_a_modem() {
    let mut rules = rules(&[
        "hex 01 03 * => hex 01 03 02 00 2a {crc16-modbus}",
        r#"re /^AT\+NAME=(\w+)\r/ => text "NAME {group:1}\r\nOK\r\n" after 100ms once"#,
    ]);
    let read = [1, 3, 0, 0, 0, 1, 0x84, 0x0a];
    assert_eq!(deed(&mut rules, 1, &read), Some(sends(&[1, 3, 2, 0, 0x2a, 0x39, 0x9b])));
    let named = rules.answer(at(50), 1, b"AT+NAME=plc\r\n").unwrap().unwrap();
    assert_eq!((named.rule, named.due), (1, Moment(150 * MS)));
    assert_eq!(named.what, sends(b"NAME plc\r\nOK\r\n"));
    assert_eq!(deed(&mut rules, 2, b"AT+NAME=plc\r\n"), None, "once is once for all");
    assert_eq!(rules.times().map(|(_, times)| times).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn the_first_rule_that_matches_answers() {
    let mut rules = rules(&[
        r#""hello" => "welcome" once per peer"#,
        r#""hello" => "again, {counter}""#,
        r#"prefix "x" => nothing"#,
        r#"contains "bye" => close after 1s"#,
    ]);
    assert_eq!(deed(&mut rules, 1, b"hello"), Some(sends(b"welcome")));
    assert_eq!(deed(&mut rules, 2, b"hello"), Some(sends(b"welcome")));
    assert_eq!(deed(&mut rules, 1, b"hello"), Some(sends(b"again, 1")));
    assert_eq!(deed(&mut rules, 2, b"hello"), Some(sends(b"again, 2")));
    rules.forget(1);
    assert_eq!(deed(&mut rules, 1, b"hello"), Some(sends(b"welcome")));
    assert_eq!(deed(&mut rules, 1, b"x bye"), Some(Deed::Nothing));
    let close = rules.answer(at(1), 1, b"ok bye").unwrap().unwrap();
    assert_eq!((close.due, close.what), (Moment(1001 * MS), Deed::Close));
    assert_eq!(deed(&mut rules, 1, b"hello!"), None, "a text is the whole message");
}

#[test]
fn an_answer_that_cannot_be_made_is_told_and_not_counted() {
    let mut rules = rules(&[r#"re /^a(b)?/ => "<{group:1}>" once"#]);
    let problem = rules.answer(at(0), 1, b"a").unwrap_err();
    assert!(problem.to_string().starts_with("group 1 took no part in the match"), "{problem}");
    assert_eq!(deed(&mut rules, 1, b"ab"), Some(sends(b"<b>")));
}

#[test]
fn text_goes_through_the_charset_both_ways() {
    let rule = Rule::parse(r#""你好" => "收到:{group:0}""#, Charset::GBK).unwrap();
    assert_eq!(rule.written(), r#""你好" => "收到:{group:0}""#);
    let mut rules = Rules::new(vec![rule], 0, 0);
    assert_eq!(deed(&mut rules, 1, b"\xc4\xe3\xba\xc3"), Some(sends(b"\xca\xd5\xb5\xbd:\xc4\xe3\xba\xc3")));
}

#[test]
fn a_file_has_a_rule_a_line() {
    let text = "\u{feff}# a modem\n\n\"AT\\r\" => \"OK\\r\\n\" # always\r\n  \"ATZ\\r\" => nothing\n";
    assert_eq!(Rules::read(text, "modem.rules", Charset::UTF_8).unwrap().len(), 2);
    let problem = Rules::read("# one\n\"a\" -> \"b\"\n", "modem.rules", Charset::UTF_8).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "modem.rules:2: \"=>\" is missing between pattern and answer; write PATTERN => ANSWER, with blanks around the =>"
    );
    assert_eq!(problem.place().unwrap(), "  \"a\" -> \"b\"\n      ^^");
}

#[test]
fn what_is_no_rule_is_pointed_at() {
    wrong("\"a\" =>", "", "the answer is missing; write text");
    wrong("hex 01=> close", "=", "'=' is no hex digit");
    wrong("\"a\" close", "close", "\"=>\" is missing");
    wrong("\"a\" => later", "later", "\"later\" says not what the bytes are");
    wrong(
        "\"a\" => close now",
        "now",
        "\"now\" is too much here; behind an answer there may be: after TIME, once",
    );
    wrong("\"a\" => close after", "", "how long after is missing");
    wrong("\"a\" => close after soon", "soon", "\"soon\" is not a duration");
    wrong("\"a\" => close once once", "once", "a second \"once\"");
    wrong("\"a\" => close once per day", "day", "once per what?");
    wrong(r#"re /(a)/ => "\"{group:2}""#, "{group:2}", "the pattern has no group 2; an re captures");
    wrong(r#"hex 01 * => hex 01 {group:1} after 1s"#, "{group:1}", "the pattern has no group 1");
    assert!(Rule::parse("\"a\" => \"{random:2}\"", Charset::UTF_8).unwrap().is_random());
}

proptest! {
    #[test]
    fn any_line_is_read_or_refused(
        line in "(\"a\"|hex 0?|re /(a)/) ?(=>)? ?(\"[a-z{}:\\\\\"]{0,9}\"|close|nothing|hex [0-9a]{0,4}) ?(after|once|per|peer|1s|[ #é]){0,4}"
    ) {
        if let Err(problem) = Rule::parse(&line, Charset::GBK) {
            prop_assert_eq!(&problem.input, &line);
            drop((problem.place(), problem.input[problem.span].len()));
        }
    }
}
