//! Lines from a file, a pipe or a keyboard, each one message.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};

use sockscope_core::batch::Batch;
use sockscope_core::charset::{Charset, Unmappable};
use sockscope_core::facts::Facts;
use sockscope_core::payload::{Context, Eol, Payload};
use sockscope_core::problem::Problem;

use crate::error::Error;

/// Most messages put into one batch.
const BATCH: usize = 256;
/// Bytes asked for in one read.
const CHUNK: usize = 256 << 10;
/// A line longer than this fits in no datagram by far: reading on would only fill the memory.
const LONGEST_LINE: usize = 1 << 20;

/// How the bytes of a line become the bytes of a message.
#[derive(Debug, Clone)]
pub enum Coding {
    /// As they are.
    Bytes,
    /// UTF-8 text, put into a charset.
    Text(Charset, Unmappable),
    /// Text in the payload notation.
    Notation(Charset, Unmappable),
    /// Bytes in hex.
    Hex(Charset),
}

/// What a person at a keyboard is told between two lines.
#[derive(Debug)]
pub enum Ask<'a> {
    /// The next line is awaited.
    Next,
    /// That line cannot be sent; another one is awaited.
    Bad(&'a Problem),
}

/// Somebody who shows a person what is asked.
type Asked = dyn FnMut(Ask<'_>);

/// Lines, read as they come.
pub struct Lines {
    file: File,
    name: String,
    coding: Coding,
    eol: Vec<u8>,
    /// The end goes only behind lines that have one.
    own: bool,
    asked: Option<Box<Asked>>,
    /// What was read lies in `buffer[taken..filled]`.
    buffer: Vec<u8>,
    taken: usize,
    filled: usize,
    ended: bool,
    number: u64,
    unmapped: u64,
    /// A bad line was met behind good ones; those go first.
    bad: Option<Problem>,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("name", &self.name)
            .field("coding", &self.coding)
            .finish_non_exhaustive()
    }
}

impl Lines {
    /// Lines of `file`, which errors call `name`. Each line's end is taken off and `eol` put in its place.
    pub fn new(file: File, name: impl Into<String>, coding: Coding, eol: Eol) -> Result<Self, Problem> {
        let mut end = Vec::new();
        let charset = match &coding {
            Coding::Bytes => Charset::UTF_8,
            Coding::Text(charset, _) | Coding::Notation(charset, _) | Coding::Hex(charset) => *charset,
        };
        charset
            .encode(eol.text(), &Unmappable::Refuse, &mut end)
            .map_err(|lacks| Problem::whole("", lacks.to_string(), ""))?;
        Ok(Self {
            file,
            name: name.into(),
            coding,
            eol: end,
            own: false,
            asked: None,
            buffer: Vec::new(),
            taken: 0,
            filled: 0,
            ended: false,
            number: 0,
            unmapped: 0,
            bad: None,
        })
    }

    /// The same, where the end is that of the lines themselves: what ends without one is sent without one.
    pub fn as_they_end(mut self) -> Self {
        self.own = true;
        self
    }

    /// The lines come from a person: `ask` is called before each, and a bad one does not end the run.
    pub fn asking(mut self, ask: impl FnMut(Ask<'_>) + 'static) -> Self {
        self.asked = Some(Box::new(ask));
        self
    }

    /// Whether all lines were given out.
    pub(crate) fn ended(&self) -> bool {
        self.ended && self.taken == self.filled && self.bad.is_none()
    }

    /// What to wait on before [`Lines::read`].
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// Asks for a line, where a person types them.
    pub(crate) fn ask(&mut self) {
        if let Some(ask) = &mut self.asked {
            ask(Ask::Next);
        }
    }

    /// Reads once; may wait if called before something can be read.
    pub(crate) fn read(&mut self) -> Result<(), Error> {
        self.buffer.copy_within(self.taken..self.filled, 0);
        (self.taken, self.filled) = (0, self.filled - self.taken);
        if self.filled > LONGEST_LINE {
            let what = format!("line {} of {} is longer than 1 MiB", self.number + 1, self.name);
            return Err(Problem::whole("", what, "no datagram is; is this text in lines?").into());
        }
        if self.buffer.len() < self.filled + CHUNK {
            self.buffer.resize(self.filled + CHUNK, 0);
        }
        match self.file.read(&mut self.buffer[self.filled..]) {
            Ok(0) => self.ended = true,
            Ok(got) => self.filled += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::Read { what: self.name.clone(), error }),
        }
        Ok(())
    }

    /// Moves whole lines into `batch`, as many as it takes at once. A bad line is an error once all lines
    /// before it were given out.
    pub(crate) fn fill(
        &mut self,
        batch: &mut Batch,
        facts: Facts,
        context: &mut Context<'_>,
    ) -> Result<(), Error> {
        if let Some(problem) = self.bad.take() {
            return Err(problem.into());
        }
        while batch.len() < BATCH && self.taken < self.filled {
            let rest = &self.buffer[self.taken..self.filled];
            let (len, step) = match memchr::memchr(b'\n', rest) {
                Some(at) => (at, at + 1),
                None if self.ended => (rest.len(), rest.len()),
                None => break,
            };
            let start = self.taken;
            self.taken += step;
            self.number += 1;
            let line = start..start + len;
            let end = if self.own && step == len { &[][..] } else { &self.eol[..] };
            match self.message(line, end, batch, facts, context) {
                Ok(unmapped) => self.unmapped += unmapped,
                Err(problem) => match &mut self.asked {
                    Some(ask) => ask(Ask::Bad(&problem)),
                    None if batch.is_empty() => return Err(problem.into()),
                    None => {
                        self.bad = Some(problem);
                        break;
                    }
                },
            }
            context.counter += 1;
        }
        Ok(())
    }

    /// Characters skipped or replaced since the last call.
    pub(crate) fn unmapped(&mut self) -> Option<(u64, &'static str)> {
        let count = std::mem::take(&mut self.unmapped);
        match &self.coding {
            Coding::Text(charset, _) | Coding::Notation(charset, _) if count > 0 => {
                Some((count, charset.name()))
            }
            _ => None,
        }
    }

    /// Appends the message of one line with this end; returns how many characters were skipped or replaced.
    fn message(
        &self,
        line: std::ops::Range<usize>,
        end: &[u8],
        batch: &mut Batch,
        facts: Facts,
        context: &mut Context<'_>,
    ) -> Result<u64, Problem> {
        let bytes = &self.buffer[line];
        let write = |buffer: &mut Vec<u8>| {
            let count = match &self.coding {
                Coding::Bytes => {
                    buffer.extend_from_slice(bytes);
                    0
                }
                Coding::Text(charset, unmappable) => {
                    let text = self.text(bytes)?;
                    charset.encode(text, unmappable, buffer).map_err(|lacks| self.lacks(text, &lacks))?
                }
                Coding::Notation(charset, unmappable) => {
                    let text = self.text(bytes)?;
                    let template = Payload::text(text)
                        .and_then(|payload| payload.compile(*charset, unmappable, Eol::None))
                        .map_err(|problem| self.on_line(problem))?;
                    template.render(context, buffer)?;
                    template.unmapped()
                }
                Coding::Hex(charset) => {
                    let template = Payload::hex(self.text(bytes)?)
                        .and_then(|payload| payload.compile(*charset, &Unmappable::Refuse, Eol::None))
                        .map_err(|problem| self.on_line(problem))?;
                    template.render(context, buffer)?;
                    0
                }
            };
            buffer.extend_from_slice(end);
            Ok(count)
        };
        batch.try_push_with(facts, write)
    }

    fn text<'a>(&self, bytes: &'a [u8]) -> Result<&'a str, Problem> {
        std::str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            let what = format!(
                "line {} of {} is no UTF-8 text: byte 0x{:02x} at column {}",
                self.number,
                self.name,
                bytes[at],
                at + 1
            );
            Problem::whole("", what, "send the bytes as they are by leaving out --encoding")
        })
    }

    fn lacks(&self, text: &str, lacks: &sockscope_core::charset::Lacks) -> Problem {
        let span = lacks.at..lacks.at + lacks.character.len_utf8();
        let remedy = "pass --unmappable skip or replace=?, or choose another --encoding";
        self.on_line(Problem::new(text, span, lacks.to_string(), remedy))
    }

    fn on_line(&self, mut problem: Problem) -> Problem {
        if self.asked.is_none() {
            problem.what = format!("line {} of {}: {}", self.number, self.name, problem.what);
        }
        problem
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::OwnedFd;
    use std::sync::{Arc, Mutex};

    use sockscope_core::facts::Stamp;
    use sockscope_core::rng::Rng;

    use super::*;

    /// What becomes of `input`, read to its end.
    fn messages(input: &[u8], coding: Coding, eol: Eol) -> Result<Vec<Vec<u8>>, Error> {
        let (read, mut write) = io::pipe().unwrap();
        write.write_all(input).unwrap();
        drop(write);
        drain(Lines::new(File::from(OwnedFd::from(read)), "the test", coding, eol).unwrap())
    }

    fn drain(mut lines: Lines) -> Result<Vec<Vec<u8>>, Error> {
        let mut all = Vec::new();
        let mut batch = Batch::new();
        let mut rng = Rng::new(1);
        let mut context =
            Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut rng, groups: None };
        loop {
            batch.clear();
            lines.fill(&mut batch, Facts::default(), &mut context)?;
            all.extend(batch.iter().map(|m| m.bytes.to_vec()));
            if lines.ended() {
                return Ok(all);
            }
            if batch.is_empty() {
                lines.read()?;
            }
        }
    }

    #[test]
    fn each_line_is_one_message_the_empty_one_too() {
        let all = messages(b"one\n\ntwo\r\nlast", Coding::Bytes, Eol::None).unwrap();
        assert_eq!(all, [b"one".to_vec(), b"".to_vec(), b"two\r".to_vec(), b"last".to_vec()]);
        assert_eq!(messages(b"", Coding::Bytes, Eol::None).unwrap(), Vec::<Vec<u8>>::new());
        assert_eq!(messages(b"\n", Coding::Bytes, Eol::CrLf).unwrap(), [b"\r\n"]);
    }

    #[test]
    fn bytes_pass_unchanged_and_text_takes_the_charset() {
        let gbk = Charset::find("gbk").unwrap();
        assert_eq!(messages(b"\xff\x00\n", Coding::Bytes, Eol::None).unwrap(), [b"\xff\x00"]);
        let text = Coding::Text(gbk, Unmappable::Refuse);
        assert_eq!(messages("你好\n".as_bytes(), text, Eol::None).unwrap(), [b"\xc4\xe3\xba\xc3"]);
        let wide = Charset::find("utf-16le").unwrap();
        let text = Coding::Text(wide, Unmappable::Refuse);
        assert_eq!(messages(b"a\n", text, Eol::Lf).unwrap(), [b"a\0\n\0"]);
    }

    #[test]
    fn notation_and_hex_are_computed_line_by_line() {
        let notation = Coding::Notation(Charset::UTF_8, Unmappable::Refuse);
        let all = messages(b"{counter}\\x01\n{counter}\n", notation, Eol::None).unwrap();
        assert_eq!(all, [b"1\x01".to_vec(), b"2".to_vec()]);
        assert_eq!(messages(b"c4 e3\n", Coding::Hex(Charset::UTF_8), Eol::None).unwrap(), [b"\xc4\xe3"]);
    }

    #[test]
    fn a_bad_line_is_told_with_its_number_and_place() {
        let gbk = Charset::find("gbk").unwrap();
        let fails = |input: &[u8], coding| messages(input, coding, Eol::None).unwrap_err().to_string();
        assert_eq!(
            fails(b"ok\nab\xff\n", Coding::Text(gbk, Unmappable::Refuse)),
            "line 2 of the test is no UTF-8 text: byte 0xff at column 3; \
             send the bytes as they are by leaving out --encoding"
        );
        assert_eq!(
            fails("a😀\n".as_bytes(), Coding::Text(gbk, Unmappable::Refuse)),
            "line 1 of the test: gbk has no '😀' (U+1F600); \
             pass --unmappable skip or replace=?, or choose another --encoding"
        );
        assert!(fails(b"\n\nc4 e\n", Coding::Hex(gbk)).starts_with("line 3 of the test: half a hex byte"));
        let endless = vec![b'x'; LONGEST_LINE + CHUNK + 1];
        let (read, mut write) = io::pipe().unwrap();
        let writer = std::thread::spawn(move || write.write_all(&endless));
        let lines = Lines::new(File::from(OwnedFd::from(read)), "it", Coding::Bytes, Eol::None).unwrap();
        assert!(drain(lines).unwrap_err().to_string().starts_with("line 1 of it is longer than 1 MiB"));
        drop(writer.join().unwrap());
    }

    #[test]
    fn a_person_is_told_of_a_bad_line_and_goes_on() {
        let (read, mut write) = io::pipe().unwrap();
        write.write_all(b"bad {x}\ngood\n").unwrap();
        drop(write);
        let coding = Coding::Notation(Charset::UTF_8, Unmappable::Refuse);
        let told = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&told);
        let lines = Lines::new(File::from(OwnedFd::from(read)), "it", coding, Eol::None).unwrap();
        let lines = lines.asking(move |ask| {
            if let Ask::Bad(problem) = ask {
                ear.lock().unwrap().push(problem.what.clone());
            }
        });
        assert_eq!(drain(lines).unwrap(), [b"good"]);
        assert_eq!(*told.lock().unwrap(), ["unknown field \"x\""]);
    }

    #[test]
    fn what_the_charset_lacks_is_counted() {
        let (read, mut write) = io::pipe().unwrap();
        write.write_all("a😀b\n".as_bytes()).unwrap();
        drop(write);
        let coding = Coding::Text(Charset::GBK, Unmappable::Skip);
        let mut lines = Lines::new(File::from(OwnedFd::from(read)), "it", coding, Eol::None).unwrap();
        lines.read().unwrap();
        let (mut batch, mut rng) = (Batch::new(), Rng::new(1));
        let mut context =
            Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut rng, groups: None };
        lines.fill(&mut batch, Facts::default(), &mut context).unwrap();
        assert_eq!(batch.message(0).bytes, b"ab");
        assert_eq!((lines.unmapped(), lines.unmapped()), (Some((1, "gbk")), None));
    }
}
