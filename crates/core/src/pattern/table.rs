//! The kinds of pattern: one table for parsing, help, documents and tests.

/// A kind of pattern, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternSpec {
    /// The word it begins with.
    pub word: &'static str,
    /// How it is written.
    pub syntax: &'static str,
    /// One line that says what it matches.
    pub help: &'static str,
    /// One that can be used as it stands.
    pub example: &'static str,
    /// Bytes that the example matches, in text notation.
    pub matches: &'static str,
}

/// All kinds of pattern.
pub static PATTERNS: &[PatternSpec] = &[
    PatternSpec {
        word: "text",
        syntax: "text \"TEXT\"",
        help: "this text, in the charset, and nothing else; escapes as in a payload; the word text may be left out",
        example: r#"text "OK\r\n""#,
        matches: r"OK\r\n",
    },
    PatternSpec {
        word: "hex",
        syntax: "hex BYTES",
        help: "these bytes and nothing else; ? is any hex digit, * or .. any number of bytes",
        example: "hex 00 01 ?? ?? 00 05 *",
        matches: r"\x00\x01ab\x00\x05rest",
    },
    PatternSpec {
        word: "mask",
        syntax: "mask HEX/HEX",
        help: "these bytes, compared only in the bits that are set behind the slash",
        example: "mask 80 01/f0 ff",
        matches: r"\x8c\x01",
    },
    PatternSpec {
        word: "prefix",
        syntax: "prefix text \"TEXT\" | prefix hex BYTES",
        help: "begins with this, whatever follows",
        example: r#"prefix text "AT+""#,
        matches: r"AT+CSQ\r",
    },
    PatternSpec {
        word: "contains",
        syntax: "contains text \"TEXT\" | contains hex BYTES",
        help: "has this anywhere",
        example: r#"contains text "好""#,
        matches: "你好!",
    },
    PatternSpec {
        word: "re",
        syntax: "re /REGEX/FLAGS",
        help: "has something anywhere that the regular expression matches (syntax of the crate regex; flags i m s x); captures groups",
        example: r"re /^\+CSQ: (\d+),(?<ber>\d+)\r\n/",
        matches: r"+CSQ: 18,99\r\n",
    },
];
