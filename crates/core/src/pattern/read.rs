//! From words to patterns, and to templates of what is sent.

use super::bytes::{Bytes, Cell, Reach};
use super::cursor::{Cursor, Quoted, Spot};
use super::expression::Expression;
use super::{Kind, PATTERNS, Pattern, hex};
use crate::charset::{Charset, Unmappable};
use crate::facts::Stamp;
use crate::near::nearest;
use crate::payload::{Context, Eol, Payload, Template};
use crate::problem::Problem;
use crate::rng::Rng;

/// Takes a pattern. Bytes in hex end at one of `stops`.
pub(crate) fn pattern(cursor: &mut Cursor<'_>, charset: Charset, stops: &[&str]) -> Result<Pattern, Problem> {
    let word = cursor.peek();
    let kind = match word.text {
        "re" => Kind::Expression(Box::new(expression(cursor, charset)?)),
        "mask" => Kind::Bytes(mask(cursor, stops)?),
        "prefix" | "contains" => {
            cursor.word();
            let reach = if word.text == "prefix" { Reach::Prefix } else { Reach::Contains };
            Kind::Bytes(Bytes { reach, ..bytes(cursor, charset, stops)? })
        }
        _ => Kind::Bytes(bytes(cursor, charset, stops)?),
    };
    Ok(Pattern { kind })
}

/// Takes `text "…"`, a text in quotes, or `hex …` up to one of `stops`, and makes it ready to send. The second
/// part tells where its problems lie.
pub(crate) fn template(
    cursor: &mut Cursor<'_>,
    charset: Charset,
    stops: &[&str],
) -> Result<(Template, Quoted), Problem> {
    let (payload, written) = payload(cursor, stops)?;
    let template = payload
        .compile(charset, &Unmappable::Refuse, Eol::None)
        .map_err(|problem| written.seen(lacking(problem), cursor.line))?;
    Ok((template, written))
}

/// The problem with a character that the charset lacks, in the words of a script.
fn lacking(problem: Problem) -> Problem {
    match problem.remedy.contains("--encoding") {
        true => Problem { remedy: "leave it out, or choose another charset".to_owned(), ..problem },
        false => problem,
    }
}

fn payload(cursor: &mut Cursor<'_>, stops: &[&str]) -> Result<(Payload, Quoted), Problem> {
    if cursor.takes("hex") {
        let spot = hex_run(cursor, stops)?;
        let written = Quoted::plain(spot);
        let payload = Payload::hex(spot.text).map_err(|problem| written.seen(problem, cursor.line))?;
        return Ok((payload, written));
    }
    if !cursor.takes("text") && !cursor.at_quote() {
        return Err(unknown(cursor));
    }
    let written = cursor.quoted()?;
    let payload = Payload::text(&written.text).map_err(|problem| written.seen(problem, cursor.line))?;
    Ok((payload, written))
}

fn unknown(cursor: &Cursor<'_>) -> Problem {
    let word = cursor.peek();
    let remedy = match nearest(word.text, PATTERNS.iter().map(|row| row.word)) {
        Some(near) => format!("did you mean {near}?"),
        None => "write text \"…\" or hex …".to_owned(),
    };
    match word.text {
        "" => cursor.problem(word.span(), "what the bytes are is missing", "write text \"…\" or hex …"),
        text => cursor.problem(word.span(), format!("{text:?} says not what the bytes are"), remedy),
    }
}

fn hex_run<'a>(cursor: &mut Cursor<'a>, stops: &[&str]) -> Result<Spot<'a>, Problem> {
    let spot = cursor.until(stops);
    match spot.text {
        "" => Err(cursor.problem(spot.span(), "the bytes are missing", "write them in hex, like 0d 0a")),
        _ => Ok(spot),
    }
}

/// Bytes to compare with: hex, with open digits or with checksums, or a text.
fn bytes(cursor: &mut Cursor<'_>, charset: Charset, stops: &[&str]) -> Result<Bytes, Problem> {
    let start = cursor.clone();
    if cursor.takes("hex") {
        let spot = hex_run(cursor, stops)?;
        if hex::is_open(spot.text) {
            let written = Quoted::plain(spot);
            return hex::read(spot.text).map_err(|problem| written.seen(problem, cursor.line));
        }
        *cursor = start;
    }
    let (template, written) = template(cursor, charset, stops)?;
    if template.varies() {
        let what = "a pattern cannot have a field that changes: a counter, a time, random bytes or a group";
        let whole = Problem::whole(&written.text, what, "lengths and checksums may stand here");
        return Err(written.seen(whole, cursor.line));
    }
    let mut rng = Rng::new(0);
    let mut context = Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut rng, groups: None };
    let mut wanted = Vec::new();
    template.render(&mut context, &mut wanted).map_err(|problem| written.seen(problem, cursor.line))?;
    Ok(Bytes::solid(wanted.into_iter().map(|byte| Cell::new(byte, 0xff)).collect()))
}

/// `mask HEX/HEX`.
fn mask(cursor: &mut Cursor<'_>, stops: &[&str]) -> Result<Bytes, Problem> {
    const REMEDY: &str = "write bytes, a slash and as many bytes of mask, like mask 80 01/f0 ff";
    cursor.word();
    let spot = hex_run(cursor, stops)?;
    let Some(slash) = spot.text.find('/') else {
        return Err(cursor.problem(spot.span(), "the mask is missing", REMEDY));
    };
    let part = |text: &str, at: usize| -> Result<Vec<u8>, Problem> {
        let spot = Spot { text: &cursor.line[at..at + text.len()], at };
        let written = Quoted::plain(spot);
        let plain = |problem| written.seen(problem, cursor.line);
        let template = Payload::hex(text)
            .and_then(|payload| payload.compile(Charset::ASCII, &Unmappable::Refuse, Eol::None));
        let template = template.map_err(plain)?;
        if !template.is_fixed() {
            return Err(cursor.problem(spot.span(), "a mask has no fields", REMEDY));
        }
        let mut rng = Rng::new(0);
        let mut context =
            Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut rng, groups: None };
        let mut out = Vec::new();
        template.render(&mut context, &mut out).map_err(plain)?;
        Ok(out)
    };
    let values = part(&spot.text[..slash], spot.at)?;
    let masks = part(&spot.text[slash + 1..], spot.at + slash + 1)?;
    if values.len() != masks.len() || values.is_empty() {
        let what = format!("{} bytes have a mask of {} bytes", values.len(), masks.len());
        return Err(cursor.problem(spot.span(), what, REMEDY));
    }
    Ok(Bytes::solid(values.into_iter().zip(masks).map(|(value, mask)| Cell::new(value, mask)).collect()))
}

/// `re /REGEX/FLAGS`.
fn expression(cursor: &mut Cursor<'_>, charset: Charset) -> Result<Expression, Problem> {
    cursor.word();
    let open = cursor.peek();
    if !open.text.starts_with('/') {
        let what = "the regular expression is missing";
        return Err(cursor.problem(open.span(), what, "write it between slashes, like re /^OK/"));
    }
    let at = open.at + 1;
    let mut escaped = false;
    let close = cursor.line[at..].bytes().position(|byte| {
        let ends = byte == b'/' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    let Some(length) = close else {
        let what = "the regular expression has no closing /";
        return Err(cursor.problem(
            open.at..cursor.line.trim_end().len(),
            what,
            "close it, and write \\/ for a slash inside",
        ));
    };
    let source = Spot { text: &cursor.line[at..at + length], at };
    cursor.at = at + length + 1;
    let rest = &cursor.line[cursor.at..];
    let flags = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
    if let Some((offset, flag)) = flags.char_indices().find(|(_, c)| !matches!(c, 'i' | 'm' | 's' | 'x')) {
        let span = cursor.at + offset..cursor.at + offset + flag.len_utf8();
        let what = format!("unknown flag {:?} of a regular expression", flag.to_string());
        return Err(cursor.problem(
            span,
            what,
            "there are i (any case), m (^ and $ at lines), s (. is any byte) and x",
        ));
    }
    cursor.at += flags.len();
    Expression::new(source.text, flags, charset)
        .map_err(|problem| Quoted::plain(source).seen(problem, cursor.line))
}
