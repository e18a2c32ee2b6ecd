//! The part of an endpoint between `://` and `?`: where it is in the text, and paths of files and of requests.

use std::ops::Range;

use super::percent::Decoded;
use super::schemes::{Place, Scheme};
use crate::problem::Problem;

/// Longest path of a socket's file and longest abstract name, in bytes: `sun_path` has 108, of which one is
/// the zero after a path or before a name (unix(7)).
pub const LONGEST_PATH: usize = 107;

/// Where the parts of an endpoint stand in its text.
pub(super) struct Spots {
    /// `host:port`; empty where the scheme has none.
    pub(super) host: Range<usize>,
    /// The path; empty where the scheme has none.
    pub(super) path: Range<usize>,
    /// Where the options begin.
    pub(super) options: usize,
}

impl Spots {
    /// Finds them in `text`, whose place begins at `from`.
    pub(super) fn find(scheme: &Scheme, text: &str, from: usize) -> Result<Self, Problem> {
        if let Some(hash) = text[from..].find('#') {
            let span = from + hash..text.len();
            let what = format!("{} has no fragment, but there is {:?}", scheme.name, &text[span.clone()]);
            return Err(Problem::new(
                text,
                span,
                what,
                "leave it out, or write %23 for a \"#\" in an option",
            ));
        }
        let end = from + text[from..].find('?').unwrap_or(text.len() - from);
        let slash = match scheme.place {
            Place::File => from,
            Place::HostPort | Place::HostPortPath => from + text[from..end].find('/').unwrap_or(end - from),
        };
        if scheme.place == Place::HostPort && slash < end {
            let what = format!("{} has no path, but there is {:?}", scheme.name, &text[slash..end]);
            return Err(Problem::new(text, slash..end, what, "leave it out"));
        }
        Ok(Self { host: from..slash, path: slash..end, options: (end + 1).min(text.len()) })
    }
}

/// Reads the path of a socket's file, or `@name` of an abstract one, percent-decoding it.
pub(super) fn file(raw: &str) -> Result<String, Problem> {
    let decoded = Decoded::read(raw)?;
    name(&decoded.text).map_err(|problem| decoded.problem(problem, raw, 0))?;
    Ok(decoded.text)
}

/// Checks the name of a Unix-domain socket: an absolute path, or `@name`.
pub(super) fn name(text: &str) -> Result<(), Problem> {
    const REMEDY: &str = "write an absolute path like /run/app.sock, or @name for an abstract socket";
    let bytes = match text.strip_prefix('@') {
        Some("") => return Err(Problem::whole(text, "a name is missing after \"@\"", REMEDY)),
        Some(name) => name.len(),
        None if text.is_empty() => return Err(Problem::whole(text, "the path is missing", REMEDY)),
        None if !text.starts_with('/') => {
            return Err(Problem::whole(text, format!("{text:?} does not begin with \"/\""), REMEDY));
        }
        None if text.ends_with('/') => {
            return Err(Problem::whole(text, format!("{text:?} names a folder"), REMEDY));
        }
        None => text.len(),
    };
    if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control()) {
        let what = format!("{:?} is a control character", c.to_string());
        return Err(Problem::new(text, at..at + c.len_utf8(), what, "leave it out"));
    }
    if bytes > LONGEST_PATH {
        let what = format!("the name of the socket has {bytes} bytes");
        return Err(Problem::whole(text, what, format!("at most {LONGEST_PATH} fit; use a shorter path")));
    }
    Ok(())
}

/// Reads the path of a request as it is sent (RFC 9112 section 3.2.1): escapes stay, but `%3F` is the `?`
/// before a query, which would begin the options otherwise; what cannot be sent as it is gets escaped.
pub(super) fn request(raw: &str) -> Result<String, Problem> {
    let mut path = String::with_capacity(raw.len().max(1));
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let at = raw.len() - rest.len();
        let len = if c == '%' { 3 } else { c.len_utf8() };
        match c {
            '%' if !is_escape(rest) => {
                let what = "\"%\" is not followed by two hexadecimal digits";
                return Err(Problem::new(raw, at..at + 1, what, "write %25 for a percent sign"));
            }
            '%' if rest[1..3].eq_ignore_ascii_case("3f") => path.push('?'),
            c if c.is_control() => {
                let what = format!("{:?} is a control character", c.to_string());
                return Err(Problem::new(raw, at..at + len, what, "leave it out"));
            }
            '%' => path.push_str(&rest[..3]),
            c if c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/".contains(c) => path.push(c),
            _ => rest[..len].bytes().for_each(|byte| path.push_str(&format!("%{byte:02X}"))),
        }
        rest = &rest[len..];
    }
    if path.is_empty() {
        path.push('/');
    }
    Ok(path)
}

fn is_escape(text: &str) -> bool {
    text.as_bytes().get(1..3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_kept_as_they_are_sent() {
        for (raw, sent) in [
            ("", "/"),
            ("/feed", "/feed"),
            ("/a%2Fb%2b", "/a%2Fb%2b"),
            ("/feed%3Ftoken=x&y=%26%3f", "/feed?token=x&y=%26?"),
            ("/你 好|", "/%E4%BD%A0%20%E5%A5%BD%7C"),
        ] {
            assert_eq!(request(raw).unwrap(), sent);
        }
        for (raw, what, span) in [
            ("/a%2", "\"%\" is not followed by two hexadecimal digits; write %25 for a percent sign", 2..3),
            ("/%你", "\"%\" is not followed by two hexadecimal digits; write %25 for a percent sign", 1..2),
            ("/a\r", "\"\\r\" is a control character; leave it out", 2..3),
        ] {
            let problem = request(raw).unwrap_err();
            assert_eq!((problem.to_string(), problem.span), (what.to_owned(), span));
        }
    }

    #[test]
    fn names_of_sockets_have_a_longest() {
        for (start, most) in [("/", LONGEST_PATH - 1), ("@", LONGEST_PATH)] {
            let longest = format!("{start}{}", "x".repeat(most));
            name(&longest).unwrap();
            let problem = name(&format!("{longest}x")).unwrap_err();
            assert_eq!(
                problem.to_string(),
                "the name of the socket has 108 bytes; at most 107 fit; use a shorter path"
            );
        }
    }
}
