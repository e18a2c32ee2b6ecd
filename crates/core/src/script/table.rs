//! The statements: one table for parsing, help, documents and tests.

use super::read::Reader;
use super::words;
use crate::pattern::Cursor;
use crate::problem::Problem;

/// Reads the rest of a line behind its word.
pub(super) type Read = fn(&mut Reader<'_>, &mut Cursor<'_>) -> Result<(), Problem>;

/// A statement, for people.
#[derive(Debug, Clone, Copy)]
pub struct StatementSpec {
    /// The word it begins with.
    pub word: &'static str,
    /// How it is written: capitals are filled in, brackets may be left out.
    pub syntax: &'static str,
    /// One line that says what it does.
    pub help: &'static str,
    /// One as it may stand in a script.
    pub example: &'static str,
    pub(super) read: Read,
}

/// All statements.
pub static STATEMENTS: &[StatementSpec] = &[
    StatementSpec {
        word: "arg",
        syntax: "arg NAME [DEFAULT]",
        help: "an argument: {arg:NAME} stands for it from here on; without a default it must be given, as NAME=value behind the script",
        example: "arg addr tcp://127.0.0.1:502",
        read: words::arg,
    },
    StatementSpec {
        word: "encoding",
        syntax: "encoding CHARSET",
        help: "the charset of all text from here on; utf-8 before",
        example: "encoding gbk",
        read: words::encoding,
    },
    StatementSpec {
        word: "timeout",
        syntax: "timeout TIME",
        help: "how long an expectation, an opening or a send may take from here on; 5s before",
        example: "timeout 2s",
        read: words::timeout,
    },
    StatementSpec {
        word: "seed",
        syntax: "seed NUMBER",
        help: "where random bytes begin, so that each run sends the same",
        example: "seed 42",
        read: words::seed,
    },
    StatementSpec {
        word: "listen",
        syntax: "listen NAME ENDPOINT",
        help: "opens a session that listens there",
        example: "listen srv tcp://127.0.0.1:0",
        read: words::listen,
    },
    StatementSpec {
        word: "open",
        syntax: "open NAME ENDPOINT",
        help: "opens a session that connects or sends there; {port:NAME} is the port at which another one listens",
        example: "open cli tcp://127.0.0.1:{port:srv}",
        read: words::open,
    },
    StatementSpec {
        word: "frame",
        syntax: "frame [NAME] FRAMING",
        help: "cuts the session's stream into frames from here on, and makes frames of what is sent",
        example: "frame cli line",
        read: words::frame,
    },
    StatementSpec {
        word: "send",
        syntax: "send [NAME] text \"TEXT\" | hex BYTES | file PATH",
        help: "sends one payload; a file is looked for beside the script",
        example: r#"send cli text "AT+CSQ\r""#,
        read: words::send,
    },
    StatementSpec {
        word: "expect",
        syntax: "expect [NAME] PATTERN [within TIME] | nothing for TIME | end | reset | refused",
        help: "waits for what should come: bytes, silence, the end of what the peer says, a reset, or a refusal to connect",
        example: r#"expect cli text "OK\r\n" within 2s"#,
        read: words::expect,
    },
    StatementSpec {
        word: "end",
        syntax: "end [NAME]",
        help: "says that nothing more will be sent, and goes on receiving",
        example: "end cli",
        read: words::end,
    },
    StatementSpec {
        word: "close",
        syntax: "close [NAME]",
        help: "closes the session",
        example: "close cli",
        read: words::close,
    },
    StatementSpec {
        word: "wait",
        syntax: "wait TIME",
        help: "lets time pass",
        example: "wait 500ms",
        read: words::wait,
    },
    StatementSpec {
        word: "repeat",
        syntax: "repeat COUNT",
        help: "does the lines up to done so many times",
        example: "repeat 3",
        read: words::repeat,
    },
    StatementSpec {
        word: "done",
        syntax: "done",
        help: "ends what is repeated",
        example: "done",
        read: words::done,
    },
    StatementSpec {
        word: "say",
        syntax: "say \"TEXT\"",
        help: "tells the person something; fields as in a payload",
        example: r#"say "signal {group:1} of 31""#,
        read: words::say,
    },
];
