//! Text to words, numbers, addresses and signs, cut where pcap-filter(7) cuts them.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::table::CONSTANTS;
use super::words::{Word, word};
use crate::problem::Problem;

/// A piece of a filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Word(Word),
    /// A name of something outside: a host, a service, a protocol behind a backslash.
    Name(String),
    Number(u32),
    /// An IPv4 address or the first bytes of one: its bytes at the left, and how many bits they are.
    Dotted(u32, u32),
    Ip6(Ipv6Addr),
    Mac([u8; 6]),
    /// One of the signs `+ - * / % & | ^ << >> ( ) [ ] : < <= = >= > !=`.
    Sign(&'static str),
    End,
}

/// A piece and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) span: Range<usize>,
}

/// Longer ones first. What means the same is spelled the same behind the arrow.
const SIGNS: &[(&str, &str)] = &[
    ("&&", "and"),
    ("||", "or"),
    ("!=", "!="),
    ("==", "="),
    ("<=", "<="),
    (">=", ">="),
    ("<<", "<<"),
    (">>", ">>"),
    ("!", "not"),
    ("<", "<"),
    (">", ">"),
    ("=", "="),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("%", "%"),
    ("&", "&"),
    ("|", "|"),
    ("^", "^"),
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
    (":", ":"),
];

/// Cuts a filter into its pieces; the last one is the end.
pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, Problem> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start_matches([' ', '\t', '\r', '\n']).len();
        let rest = &text[at..];
        if rest.is_empty() {
            found.push(Lexeme { token: Token::End, span: at..at });
            return Ok(found);
        }
        let (token, len) = piece(rest).map_err(|problem| problem.inside(text, at))?;
        found.push(Lexeme { token, span: at..at + len });
        at += len;
    }
}

fn piece(rest: &str) -> Result<(Token, usize), Problem> {
    if let Some(found) = colons(rest)? {
        return Ok(found);
    }
    if rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        let run =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(rest.len());
        // A hyphen at the end is a sign of its own.
        let name = rest[..run].trim_end_matches(['-', '_']);
        return Ok((plain(name)?, name.len()));
    }
    if let Some(name) = rest.strip_prefix('\\') {
        let len = name.find([' ', '!', '(', ')', '\n', '\t']).unwrap_or(name.len());
        if len > 0 {
            return Ok((Token::Name(name[..len].to_owned()), 1 + len));
        }
    }
    if let Some((sign, means)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
        let token = word(means).map_or(Token::Sign(means), Token::Word);
        return Ok((token, sign.len()));
    }
    let len = rest.chars().next().map_or(0, char::len_utf8);
    let remedy = "names are of letters, digits, hyphens and dots";
    Err(Problem::new(rest, 0..len, format!("{:?} has no meaning in a filter", &rest[..len]), remedy))
}

/// An address with colons, if one comes next.
fn colons(rest: &str) -> Result<Option<(Token, usize)>, Problem> {
    let end = rest.find(|c: char| !(c.is_ascii_hexdigit() || c == ':' || c == '.')).unwrap_or(rest.len());
    let run = &rest[..end];
    if run.matches(':').count() < 2 {
        return Ok(None);
    }
    let token = mac(run, ':').map(Token::Mac).or_else(|| run.parse().ok().map(Token::Ip6));
    match token {
        Some(token) => Ok(Some((token, end))),
        None => Err(Problem::new(
            rest,
            0..end,
            format!("{run:?} is no address"),
            "an IPv6 address is written as fe80::1, one of Ethernet as 02:00:00:00:00:01",
        )),
    }
}

/// Six bytes with `between` between them.
fn mac(text: &str, between: char) -> Option<[u8; 6]> {
    let bytes: Option<Vec<_>> = text.split(between).map(|part| hex(part, 1..=2)).collect();
    bytes?.iter().map(|byte| u8::try_from(*byte).ok()).collect::<Option<Vec<_>>>()?.try_into().ok()
}

fn hex(text: &str, len: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let fits = len.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| u32::from_str_radix(text, 16).ok()).flatten()
}

/// What a run of letters, digits, hyphens and dots is.
fn plain(text: &str) -> Result<Token, Problem> {
    if let Some(mac) = mac(text, '-').or_else(|| mac(text, '.')).or_else(|| packed(text)) {
        return Ok(Token::Mac(mac));
    }
    let parts: Vec<_> = text.split('.').collect();
    if parts.iter().all(|part| is_number(part)) && parts.len() <= 4 {
        return if parts.len() == 1 { number(text) } else { dotted(text, &parts) };
    }
    if let Some((_, value)) = CONSTANTS.iter().find(|(name, _)| *name == text) {
        return Ok(Token::Number(*value));
    }
    Ok(word(text).map_or_else(|| Token::Name(text.to_owned()), Token::Word))
}

/// `xxxx.xxxx.xxxx` and `xxxxxxxxxxxx`.
fn packed(text: &str) -> Option<[u8; 6]> {
    let digits = text.replace('.', "");
    let parts: Vec<_> = text.split('.').collect();
    let shape = parts.len() == 1 || (parts.len() == 3 && parts.iter().all(|part| part.len() == 4));
    if !shape || digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let value = u64::from_str_radix(&digits, 16).ok()?;
    value.to_be_bytes()[2..].try_into().ok()
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match digits {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// A number as C writes it: `80`, `0x50`, `0120`.
fn number(text: &str) -> Result<Token, Problem> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = match (hex, text.strip_prefix('0')) {
        (Some(digits), _) => (digits, 16),
        (None, Some(digits)) if !digits.is_empty() => (digits, 8),
        _ => (text, 10),
    };
    if radix == 8 && digits.contains(['8', '9']) {
        let remedy = "a number that begins with 0 is octal: leave the 0 out";
        return Err(Problem::whole(text, format!("{text} is no octal number"), remedy));
    }
    u32::from_str_radix(digits, radix)
        .map(Token::Number)
        .map_err(|_| Problem::whole(text, format!("{text} is too large"), "numbers go up to 4294967295"))
}

fn dotted(text: &str, parts: &[&str]) -> Result<Token, Problem> {
    let mut address = 0;
    for part in parts {
        let Some(byte) = part.parse::<u8>().ok() else {
            let what = format!("{text} is no IPv4 address");
            return Err(Problem::whole(text, what, "its parts are 0 to 255, as in 10.0.0.1"));
        };
        address = address << 8 | u32::from(byte);
    }
    let bits = u32::try_from(parts.len()).map_or(32, |parts| 8 * parts);
    Ok(Token::Dotted(address << (32 - bits), bits))
}
