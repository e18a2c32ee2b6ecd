//! How each statement is read behind its word.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::args::{NAMES, is_name};
use super::place::Place;
use super::read::{Loop, RESERVED, Reader};
use super::step::{Awaited, Do};
use crate::charset::Charset;
use crate::framing::Framing;
use crate::pattern::{Cursor, pattern, template};
use crate::payload::Template;
use crate::problem::Problem;
use crate::quantity::duration;

type Read = Result<(), Problem>;

pub(super) fn arg(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    let name = cursor.need("the name of the argument is missing", NAMES)?;
    if !is_name(name.text) {
        let what = format!("{:?} is no name of an argument", name.text);
        return Err(cursor.problem(name.span(), what, NAMES));
    }
    if reader.args.get(name.text).is_some() {
        let what = format!("the script has an argument {} already", name.text);
        return Err(cursor.problem(name.span(), what, "choose another name"));
    }
    let default = match cursor.peek().text {
        "" => None,
        _ if cursor.at_quote() => Some(cursor.quoted()?.text),
        _ => Some(cursor.word().text.to_owned()),
    };
    let given = reader.given.get(name.text).map(str::to_owned);
    let Some(value) = given.or(default) else {
        let what = format!("no value for {} is given", name.text);
        let remedy = format!("give it behind the script, like {}=VALUE, or write a default here", name.text);
        return Err(cursor.problem(name.span(), what, remedy));
    };
    reader.args.put(name.text, &value);
    Ok(())
}

pub(super) fn encoding(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    let word = cursor.need("the charset is missing", "write it like encoding gbk")?;
    reader.charset = Charset::find(word.text).map_err(|problem| problem.inside(cursor.line, word.at))?;
    Ok(())
}

pub(super) fn timeout(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    reader.timeout = time(cursor)?;
    Ok(())
}

pub(super) fn seed(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    let word = cursor.need("the seed is missing", "write a number, like seed 42")?;
    let seed = number(word.text).ok_or_else(|| {
        let what = format!("{:?} is no seed", word.text);
        cursor.problem(word.span(), what, "write a number up to 18446744073709551615, like 42")
    })?;
    if reader.seed.is_some() || reader.steps.iter().any(|step| step.is_random()) {
        let what = "random bytes begin before this seed";
        return Err(cursor.problem(word.span(), what, "write it once, before anything is sent"));
    }
    reader.seed = Some(seed);
    Ok(())
}

pub(super) fn listen(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    begin(reader, cursor, true)
}

pub(super) fn open(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    begin(reader, cursor, false)
}

fn begin(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, listen: bool) -> Read {
    let session = reader.name(cursor)?;
    let word = cursor.need("the endpoint is missing", "write it like tcp://127.0.0.1:7000")?;
    let place = Place::parse(word.text, listen, |name| {
        let found = reader.sessions.iter().position(|known| known.open && known.name == name);
        found.filter(|found| *found != session).ok_or_else(|| reader.stranger(name))
    });
    let place = place.map_err(|problem| problem.inside(cursor.line, word.at))?;
    reader.push(Do::Open { session, place, listen, refused: false });
    Ok(())
}

pub(super) fn frame(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    let word = cursor.peek();
    let named = reader.sessions.iter().any(|session| session.name == word.text);
    // Whatever is no session is the framing.
    let session = if named { cursor.clone() } else { Cursor::new("") };
    let session = reader.session(&mut { session }, &[]).map_err(|problem| match named {
        true => problem,
        false => cursor.problem(word.span(), problem.what, problem.remedy),
    })?;
    if named {
        cursor.word();
    }
    let word = cursor.need("the framing is missing", "write it like frame line, or frame none")?;
    let framing = match word.text {
        "none" => None,
        text => Some(Framing::parse(text).map_err(|problem| problem.inside(cursor.line, word.at))?),
    };
    reader.push(Do::Frame { session, framing: framing.map(Arc::new) });
    Ok(())
}

pub(super) fn send(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    let session = reader.session(cursor, RESERVED)?;
    if cursor.takes("file") {
        let path = match cursor.at_quote() {
            true => cursor.quoted()?.text,
            false => cursor
                .need("the file is missing", "write its path, like send file image.bin")?
                .text
                .to_owned(),
        };
        let folder = Path::new(reader.file).parent().unwrap_or(Path::new(""));
        reader.push(Do::SendFile { session, path: folder.join(path) });
        return Ok(());
    }
    let template = payload(reader, cursor)?;
    reader.push(Do::Send { session, template });
    Ok(())
}

pub(super) fn say(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    if !cursor.at_quote() {
        let word = cursor.peek();
        return Err(cursor.problem(
            word.span(),
            "what to say stands in quotes",
            "write it like say \"ready\"",
        ));
    }
    let template = payload(reader, cursor)?;
    reader.push(Do::Say { template });
    Ok(())
}

/// Bytes to send, whose groups the last expression before them has.
fn payload(reader: &Reader<'_>, cursor: &mut Cursor<'_>) -> Result<Box<Template>, Problem> {
    let (template, written) = template(cursor, reader.charset, &[])?;
    let has = |key| reader.captured.as_ref().is_some_and(|pattern| pattern.has(key));
    if let Some((key, span)) = template.groups().find(|(key, _)| !has(key)) {
        let what = match reader.captured {
            Some(_) => format!("the last re before this line has no group {key}"),
            None => format!("nothing before this line captures a group {key}"),
        };
        let problem = Problem::new(&written.text, span, what, "expect re /…/ captures, as in re /(\\d+)/");
        return Err(written.seen(problem, cursor.line));
    }
    Ok(Box::new(template))
}

pub(super) fn expect(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    let session = reader.session(cursor, RESERVED)?;
    let what = match cursor.peek().text {
        "nothing" => {
            cursor.word();
            if !cursor.takes("for") {
                let spot = cursor.peek().span();
                return Err(cursor.problem(spot, "nothing for how long?", "write it like nothing for 500ms"));
            }
            let limit = time(cursor)?;
            reader.push_within(Do::Expect { session, what: Awaited::Nothing }, limit);
            return Ok(());
        }
        "end" => Awaited::End,
        "reset" => Awaited::Reset,
        "refused" => Awaited::Refused,
        _ => {
            let pattern = pattern(cursor, reader.charset, &["within"])?;
            if pattern.captures() {
                reader.captured = Some(pattern.clone());
            }
            Awaited::Bytes(Box::new(pattern))
        }
    };
    if !matches!(what, Awaited::Bytes(_)) {
        cursor.word();
    }
    let limit = if cursor.takes("within") { time(cursor)? } else { reader.timeout };
    reader.push_within(Do::Expect { session, what }, limit);
    Ok(())
}

pub(super) fn end(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    let session = reader.session(cursor, &[])?;
    reader.push(Do::End { session });
    Ok(())
}

pub(super) fn close(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    let session = reader.session(cursor, &[])?;
    reader.push(Do::Close { session });
    let line = reader.line();
    let named = &mut reader.sessions[session];
    (named.open, named.line) = (false, line);
    Ok(())
}

pub(super) fn wait(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    let limit = time(cursor)?;
    reader.push_within(Do::Wait, limit);
    Ok(())
}

pub(super) fn repeat(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    const REMEDY: &str = "write a number from 1 to 4294967295, like repeat 3";
    let word = cursor.need("how often is missing", REMEDY)?;
    let times = number(word.text).and_then(|times| u32::try_from(times).ok()).filter(|times| *times > 0);
    let Some(times) = times else {
        let what = format!("{:?} is no number of times", word.text);
        return Err(cursor.problem(word.span(), what, REMEDY));
    };
    reader.push(Do::Repeat { times });
    let open = reader.sessions.iter().map(|session| session.open).collect();
    reader.loops.push(Loop { start: reader.steps.len(), line: reader.line(), open });
    Ok(())
}

pub(super) fn done(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read {
    let Some(begun) = reader.loops.pop() else {
        let what = "done ends nothing";
        return Err(cursor.problem(0..cursor.at, what, "write repeat COUNT before what is repeated"));
    };
    if begun.start == reader.steps.len() {
        let what = format!("nothing is repeated since line {}", begun.line);
        return Err(cursor.problem(0..cursor.at, what, "write what to do between repeat and done"));
    }
    let was = |index: usize| begun.open.get(index).copied().unwrap_or(false);
    let changed = (0..).zip(&reader.sessions).find(|(index, session)| was(*index) != session.open);
    if let Some((_, session)) = changed {
        let (state, remedy) = match session.open {
            true => ("open", "close it before done"),
            false => ("closed", "open it again before done, or close it behind"),
        };
        let what = format!("{} is {state} when the repeat of line {} begins again", session.name, begun.line);
        return Err(cursor.problem(0..cursor.at, what, remedy));
    }
    reader.push(Do::Done { start: begun.start });
    Ok(())
}

fn time(cursor: &mut Cursor<'_>) -> Result<Duration, Problem> {
    let word = cursor.need("how long is missing", "write a time, like 500ms or 2s")?;
    duration(word.text).map_err(|problem| problem.inside(cursor.line, word.at))
}

/// Digits only: `str::parse` would take a sign.
fn number(word: &str) -> Option<u64> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}
