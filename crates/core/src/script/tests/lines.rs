use proptest::prelude::*;

use super::*;

/// The problem with a script: its words and what they point at.
#[track_caller]
fn wrong(text: &str, spot: &str, start: &str) {
    let problem = Script::parse(text, "t", &Args::default()).unwrap_err();
    let message = problem.to_string();
    assert!(message.starts_with(start), "{message}");
    assert_eq!(&problem.input[problem.span], spot, "{message}");
}

#[test]
fn every_statement_has_an_example_that_is_read() {
    let before = "listen srv udp://:1\nopen cli udp://h:1\nexpect cli re /(a)/\n";
    for statement in STATEMENTS {
        let example = match statement.word {
            "listen" => statement.example.replace(" srv", " other"),
            "open" => statement.example.replace(" cli", " other"),
            "repeat" => format!("{}\nsay \"a\"\ndone", statement.example),
            "done" => format!("repeat 2\nsay \"a\"\n{}", statement.example),
            _ => statement.example.to_owned(),
        };
        assert!(
            statement.example.starts_with(statement.word) && statement.syntax.starts_with(statement.word)
        );
        assert!(!statement.help.contains('\n') && !statement.help.ends_with('.'), "{}", statement.word);
        let text = examples::readable(&format!("{before}{example}\n"));
        read(&text);
    }
}

#[test]
fn lines_blanks_and_comments() {
    read("\u{feff}# a comment\r\n\r\n  open a udp://h:1  # here too\r\n\tsend \"a # b\" # and here\n");
    read("open 设备 udp://h:1\nsend 设备 hex 01 # two\nexpect 设备 text '好' within 1s # three\n");
    read("open a udp://h:1\nopen b udp://h:2\nclose a\nsend \"to the only one that is left\"\n");
}

#[test]
fn arguments_come_from_outside_or_by_default() {
    let text = "arg addr udp://h:1\narg word \"two words\"\nopen a {arg:addr}\nsend \"{arg:word}\"\n";
    let play = |words: &[&str]| {
        let args = Args::parse(words).unwrap();
        let mut player = Player::new(Script::parse(text, "t", &args)?, 0, 0);
        let open = player.next(at(0)).unwrap();
        player.happened(&Happening { session: SessionId(0), peer: 0, what: What::Opened { local: None } });
        Ok::<_, Problem>((word(&open), word(&player.next(at(0)).unwrap())))
    };
    assert_eq!(play(&[]).unwrap(), ("open 0 a udp://h:1".to_owned(), "send 0>0 two words".to_owned()));
    let given = play(&["addr=udp://x:2", "word={a}\"\\"]).unwrap();
    assert_eq!(given, ("open 0 a udp://x:2".to_owned(), "send 0>0 {a}\\\"\\\\".to_owned()));
    let problem = play(&["adr=x"]).unwrap_err();
    assert_eq!(problem.to_string(), "t has no argument \"adr\"; did you mean addr?");
    wrong(
        "arg addr\n",
        "addr",
        "t:1: no value for addr is given; give it behind the script, like addr=VALUE",
    );
    wrong(
        "open a {arg:addr}",
        "{arg:addr}",
        "t:1: the script has no argument \"addr\"; write a line before it",
    );
}

#[test]
fn files_are_looked_for_beside_the_script() {
    let script = Script::parse("open a udp://h:1\nsend file \"my file\"\n", "/x/y.script", &Args::default());
    let mut player = Player::new(script.unwrap(), 0, 0);
    player.next(at(0));
    player.happened(&Happening { session: SessionId(0), peer: 0, what: What::Opened { local: None } });
    assert_eq!(word(&player.next(at(0)).unwrap()), "file 0>0 /x/my file");
}

#[test]
fn what_cannot_be_read_is_pointed_at() {
    let open = "open a udp://h:1\n";
    let behind = |line: &str| format!("{open}{line}\n");
    wrong("snd \"a\"", "snd", "t:1: unknown statement \"snd\"; did you mean send?");
    wrong("if x", "if", "t:1: unknown statement \"if\"; a line begins with one of: arg encoding");
    wrong("open", "", "t:1: the name of the session is missing; a name is letters");
    wrong("open end udp://h:1", "end", "t:1: \"end\" has a meaning of its own in scripts");
    wrong("open 1a udp://h:1", "1a", "t:1: \"1a\" is no name for a session");
    wrong("open a udp://h:x", "x", "t:1: port \"x\" is not a number");
    wrong("open a udp://h:{port:b}", "b", "t:1: there is no session \"b\"");
    wrong("open a udp://h:{port:a}", "a", "t:1: there is no session \"a\"; ");
    wrong("open a udp://h:{port:b", "{port:b", "t:1: the field {port: does not end");
    wrong("listen a udp://:1?broadcast=yes", "udp://:1?broadcast=yes", "t:1: ");
    wrong(&behind("open a udp://h:1"), "a", "t:2: a is open since line 1; choose another name, or close it");
    wrong(&behind("send b \"x\""), "b", "t:2: there is no session \"b\"; write a line before");
    wrong(&behind("send a x"), "x", "t:2: \"x\" says not what the bytes are");
    wrong(
        &behind("send \"x\" \"y\""),
        "\"y\"",
        "t:2: \"\\\"y\\\"\" is too much here; the line is written: send [NAME]",
    );
    wrong(&behind("send \"{group:1}\""), "{group:1}", "t:2: nothing before this line captures a group 1");
    wrong(
        &behind("expect re /(a)/\nsend \"{group:2}\""),
        "{group:2}",
        "t:3: the last re before this line has no",
    );
    wrong(&behind("close a\nsend a \"x\""), "a", "t:3: a was closed in line 2; open it again");
    wrong(
        &behind("open b udp://h:2\nsend \"x\""),
        "\"x\"",
        "t:3: several sessions are open: a, b; name the one",
    );
    wrong("send \"x\"", "\"x\"", "t:1: no session is open here; write a line before it");
    wrong(&behind("expect nothing"), "", "t:2: nothing for how long?");
    wrong(&behind("expect \"a\" within"), "", "t:2: how long is missing");
    wrong(&behind("expect hex 01 withing 2s"), "w", "t:2: 'w' is no hex digit");
    wrong(&behind("expect \"a\" within 2x"), "x", "t:2: unknown unit \"x\"");
    wrong(&behind("frame"), "", "t:2: the framing is missing");
    wrong("frame line", "line", "t:1: no session is open here");
    wrong("encoding gbx", "gbx", "t:1: ");
    wrong("seed -1", "-1", "t:1: \"-1\" is no seed");
    wrong("say \"{random:1}\"\nseed 1", "1", "t:2: random bytes begin before this seed");
    wrong("say hello", "hello", "t:1: what to say stands in quotes");
    wrong("repeat 0", "0", "t:1: \"0\" is no number of times");
    wrong(
        "repeat 2\nrepeat 3\nsay \"\"\ndone\n",
        "repeat 2",
        "t:1: this repeat has no end; write done behind",
    );
    wrong("repeat 2\ndone\n", "done", "t:2: nothing is repeated since line 1");
    wrong("done", "done", "t:1: done ends nothing");
    wrong(
        "repeat 2\nopen a udp://h:1\ndone",
        "done",
        "t:3: a is open when the repeat of line 1 begins again; close",
    );
    wrong(
        &behind("repeat 2\nclose a\ndone"),
        "done",
        "t:4: a is closed when the repeat of line 2 begins again",
    );
}

#[test]
fn a_problem_is_shown_with_its_line() {
    let problem = Script::parse("open a udp://h:1\nexpect \"好\" witin 2s\n", "a.script", &Args::default());
    let problem = problem.unwrap_err();
    assert_eq!(problem.place().unwrap(), "  expect \"好\" witin 2s\n              ^^^^^^^^");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_script_is_read_or_refused(
        lines in proptest::collection::vec(
            "(open|listen|send|expect|end|close|wait|repeat|done|say|frame|arg|encoding) ?(a|b)? ?(\"[a-z\\\\{}:]{0,5}\"|hex [0-9?*]{0,3}|udp://h:[0-9{}]{1,3}|re /[a()]{0,4}/|1s|2)? ?(within|for)? ?(1s|#|\\{arg:a\\})?",
            0..8
        )
    ) {
        match Script::parse(&lines.join("\n"), "t", &Args::default()) {
            Ok(script) => {
                let mut player = Player::new(script, 0, 0);
                while player.next(at(0)).is_some() {}
            }
            Err(problem) => drop((problem.place(), problem.input[problem.span.clone()].len())),
        }
    }
}
