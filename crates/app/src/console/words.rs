//! The console's words: one table for reading, help, hints, completion and tests.

use sockscope::core::near::nearest;
use sockscope::core::payload::Payload;
use sockscope::core::problem::Problem;

use super::arguments::{self, Rest};
use super::reading::find;
use super::said::{Closing, Said, To};

/// A word of the console.
#[derive(Debug)]
pub(crate) struct Word {
    /// The word, without its slash.
    pub(crate) name: &'static str,
    /// Other spellings that fingers know.
    pub(crate) also: &'static [&'static str],
    /// What follows it, as help writes it; may be empty.
    pub(crate) arguments: &'static str,
    /// One line that says what it does, without a full stop.
    pub(crate) help: &'static str,
    /// A line that uses it.
    pub(crate) example: &'static str,
    /// What can stand in its arguments, for completion.
    pub(crate) completes: &'static [Kind],
    pub(super) read: fn(Rest<'_>) -> Result<Said, Problem>,
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Word {}

/// What an argument may be, for completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A console word.
    Word,
    /// The name of an open session.
    Session,
    /// The number of a peer: `#3`.
    Peer,
    /// An endpoint.
    Endpoint,
    /// A charset.
    Charset,
    /// A framing.
    Framing,
    /// A file.
    File,
    /// A payload in text notation: its fields.
    Payload,
    /// A word that begins a test of a filter.
    Test,
}

use Kind::{OneOf, Peer, Session};

/// All words, in the order of the help.
pub(crate) static WORDS: &[Word] = &[
    Word {
        name: "open",
        also: &["o", "connect"],
        arguments: "[NAME] ENDPOINT",
        help: "open a session that connects or sends there, and let lines go to it",
        example: "/open plc udp://192.168.1.5:7000",
        completes: &[Kind::Endpoint],
        read: |rest| arguments::place(rest).map(Said::Open),
    },
    Word {
        name: "listen",
        also: &["l", "bind"],
        arguments: "[NAME] ENDPOINT",
        help: "open a session that hears or accepts whoever comes",
        example: "/listen srv udp://:9000",
        completes: &[Kind::Endpoint],
        read: |rest| arguments::place(rest).map(Said::Listen),
    },
    Word {
        name: "close",
        also: &[],
        arguments: "[NAME|#N] [half|reset]",
        help: "close this session, that one, or one peer's connection; half: only our direction; reset: at once",
        example: "/close #3 half",
        completes: &[Session, Peer, OneOf(&["half", "reset"])],
        read: close,
    },
    Word {
        name: "use",
        also: &["u"],
        arguments: "NAME",
        help: "let lines go to this session",
        example: "/use plc",
        completes: &[Session],
        read: |rest| arguments::name(rest).map(Said::Use),
    },
    Word {
        name: "sessions",
        also: &["ls"],
        arguments: "",
        help: "list the open sessions",
        example: "/sessions",
        completes: &[],
        read: |rest| rest.nothing(Said::Sessions),
    },
    Word {
        name: "peers",
        also: &[],
        arguments: "",
        help: "list the peers of this session with their numbers",
        example: "/peers",
        completes: &[],
        read: |rest| rest.nothing(Said::Peers),
    },
    Word {
        name: "to",
        also: &["t"],
        arguments: "last|all|others|#N|NAME",
        help: "let lines go to whoever sent last, to all, to all but the last, to one peer, or to a session",
        example: "/to #3",
        completes: &[OneOf(&["last", "all", "others"]), Peer, Session],
        read: to,
    },
    Word {
        name: "hex",
        also: &["x"],
        arguments: "BYTES",
        help: "send bytes in hex, in any spelling, with fields such as {crc16-modbus}",
        example: "/hex 01 03 00 00 00 0a {crc16-modbus}",
        completes: &[Kind::Payload],
        read: |rest| arguments::hex(rest).map(Said::Send),
    },
    Word {
        name: "text",
        also: &[],
        arguments: "TEXT",
        help: "send text with escapes and fields, just like a line without a word",
        example: "/text {counter} 你好\\r\\n",
        completes: &[Kind::Payload],
        read: |rest| arguments::text(rest).map(Said::Send),
    },
    Word {
        name: "plain",
        also: &["p"],
        arguments: "TEXT",
        help: "send text just as it stands: no escapes, no fields",
        example: "/plain {\"path\":\"C:\\new\"}",
        completes: &[],
        read: |rest| Ok(Said::Send(Payload::plain(rest.text))),
    },
    Word {
        name: "file",
        also: &["f"],
        arguments: "PATH",
        help: "send the bytes of a file",
        example: "/file ~/firmware.bin",
        completes: &[Kind::File],
        read: |rest| arguments::path(rest).map(Said::File),
    },
    Word {
        name: "repeat",
        also: &["r", "every"],
        arguments: "EVERY [xCOUNT] PAYLOAD",
        help: "send at this interval; PAYLOAD is a line as it would be typed, or one with /hex, /text or /plain",
        example: "/repeat 500ms x10 ping {counter}",
        completes: &[Kind::Payload],
        read: arguments::repeat,
    },
    Word {
        name: "stop",
        also: &["s"],
        arguments: "",
        help: "stop what repeats, and the script that is played",
        example: "/stop",
        completes: &[],
        read: |rest| rest.nothing(Said::Stop),
    },
    Word {
        name: "charset",
        also: &["encoding", "enc"],
        arguments: "LABEL|auto",
        help: "send and show text in this charset; auto: show each message in the likeliest one",
        example: "/charset gbk",
        completes: &[Kind::Charset, OneOf(&["auto"])],
        read: arguments::charset,
    },
    Word {
        name: "eol",
        also: &[],
        arguments: "none|lf|cr|crlf",
        help: "put this line end behind each payload",
        example: "/eol crlf",
        completes: &[OneOf(&["none", "lf", "cr", "crlf"])],
        read: arguments::eol,
    },
    Word {
        name: "frame",
        also: &["framing"],
        arguments: "SPEC|none",
        help: "cut this session's stream into frames, and send frames",
        example: "/frame line",
        completes: &[Kind::Framing, OneOf(&["none"])],
        read: |rest| Ok(Said::Frame(rest.something("a framing", "/frame line")?.or("none"))),
    },
    Word {
        name: "view",
        also: &["v"],
        arguments: "narrow|wide|none|full|folded|verbose|brief ...",
        help: "show hex beside the text, below it or not; long payloads whole or folded; more facts or fewer",
        example: "/view wide full",
        completes: &[OneOf(&["narrow", "wide", "none", "full", "folded", "verbose", "brief"])],
        read: arguments::views,
    },
    Word {
        name: "mark",
        also: &["m"],
        arguments: "[TEXT]",
        help: "put a line of your own between what is shown and recorded",
        example: "/mark valve opened",
        completes: &[],
        read: |rest| Ok(Said::Mark(rest.text.to_owned())),
    },
    Word {
        name: "filter",
        also: &[],
        arguments: "EXPR|off",
        help: "show only this: rx tx warning bad, peer A, #N, socket NAME, text W, hex B, len > N; and or not ( )",
        example: "/filter rx and not text ping",
        completes: &[Kind::Test, OneOf(&["off"])],
        read: arguments::filter,
    },
    Word {
        name: "find",
        also: &[],
        arguments: "TEXT | hex BYTES | text TEXT",
        help: "show once more the messages that have this text or these bytes",
        example: "/find hex 0d 0a",
        completes: &[OneOf(&["hex", "text"])],
        read: arguments::find,
    },
    Word {
        name: "save",
        also: &["w"],
        arguments: "PATH|off",
        help: "write all that happens from now on into a new file: a recording for .pcapng, else JSON lines; off ends it",
        example: "/save talk.pcapng",
        completes: &[Kind::File, OneOf(&["off"])],
        read: arguments::save,
    },
    Word {
        name: "info",
        also: &["i"],
        arguments: "[NAME|#N]",
        help: "tell addresses, options, counters and rates of this session, that one, or one peer",
        example: "/info #3",
        completes: &[Session, Peer],
        read: |rest| arguments::which(rest).map(Said::Info),
    },
    Word {
        name: "zero",
        also: &[],
        arguments: "",
        help: "count from zero again",
        example: "/zero",
        completes: &[],
        read: |rest| rest.nothing(Said::Zero),
    },
    Word {
        name: "script",
        also: &[],
        arguments: "FILE [NAME=VALUE ...]",
        help: "play a script; what it opens stays",
        example: "/script login.script addr=udp://127.0.0.1:7000",
        completes: &[Kind::File],
        read: arguments::script,
    },
    Word {
        name: "clear",
        also: &["cls"],
        arguments: "",
        help: "clear the screen",
        example: "/clear",
        completes: &[],
        read: |rest| rest.nothing(Said::Clear),
    },
    Word {
        name: "help",
        also: &["h", "?"],
        arguments: "[WORD]",
        help: "tell all words, or all about one",
        example: "/help close",
        completes: &[Kind::Word],
        read: help,
    },
    Word {
        name: "quit",
        also: &["q", "exit"],
        arguments: "",
        help: "close everything and end",
        example: "/quit",
        completes: &[],
        read: |rest| rest.nothing(Said::Quit),
    },
];

fn close(rest: Rest<'_>) -> Result<Said, Problem> {
    let (first, last) = rest.last_word();
    let (which, how) = match last.text {
        "half" => (first, Closing::Half),
        "reset" => (first, Closing::Reset),
        _ => (rest, Closing::Whole),
    };
    Ok(Said::Close(arguments::which(which)?, how))
}

fn to(rest: Rest<'_>) -> Result<Said, Problem> {
    let rest = rest.something("whom lines go to", "/to last, /to all, /to others or /to #3")?;
    Ok(Said::To(match rest.text {
        "last" => To::Last,
        "all" => To::All,
        "others" => To::Others,
        text if text.starts_with('#') => To::Peer(arguments::number(rest)?),
        _ => To::Session(arguments::name(rest)?),
    }))
}

fn help(rest: Rest<'_>) -> Result<Said, Problem> {
    let name = rest.text.trim_start_matches('/');
    if name.is_empty() {
        return Ok(Said::Help(None));
    }
    match find(name) {
        Some(word) => Ok(Said::Help(Some(word))),
        None => {
            let near = nearest(name, WORDS.iter().map(|word| word.name));
            let remedy =
                near.map_or("/help tells all words".to_owned(), |near| format!("did you mean {near}?"));
            Err(rest.problem(format!("there is no word {name:?}"), remedy))
        }
    }
}
