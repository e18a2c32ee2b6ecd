//! What is typed, as whoever waits for it gets it: through a queue, with a descriptor to wait on.

use std::io::{self, BufRead, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use sockscope::core::payload::Eol;

/// Something typed, or the news that no more will come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A line, and what ended it: nothing where the input ended before; a line feed at the keyboard.
    Line(String, Eol),
    /// Ctrl-C where nothing was typed: the person asks to end. More lines may come.
    Interrupt,
    /// Something a person should know about the typing itself, in one line. More lines may come.
    Note(String),
    /// The input has ended: nothing comes behind this. At the keyboard (Ctrl-D) more lines may come.
    End,
    /// The input cannot be read any more, and why: nothing comes behind this.
    Broken(String),
}

/// How many lines wait before whoever types has to.
const WAITING: usize = 64;

/// A line that is longer has no end: memory has one.
const LONGEST: u64 = 1 << 20;

/// What is typed, in order.
#[derive(Debug)]
pub(crate) struct Lines {
    queue: Receiver<Typed>,
    wake: UnixStream,
    /// For whoever has something to say beside whoever types.
    beside: Typist,
}

/// The end of the queue where lines are put in.
#[derive(Debug)]
pub(crate) struct Typist {
    queue: SyncSender<Typed>,
    waker: UnixStream,
}

/// Nobody listens any more.
#[derive(Debug)]
pub(crate) struct Deaf;

/// Both ends of a queue.
pub(crate) fn queue() -> io::Result<(Typist, Lines)> {
    let (send, queue) = sync_channel(WAITING);
    let (waker, wake) = UnixStream::pair()?;
    wake.set_nonblocking(true)?;
    waker.set_nonblocking(true)?;
    let typist = Typist { queue: send, waker };
    let beside = typist.another()?;
    Ok((typist, Lines { queue, wake, beside }))
}

impl Typist {
    fn another(&self) -> io::Result<Self> {
        Ok(Self { queue: self.queue.clone(), waker: self.waker.try_clone()? })
    }

    /// Puts in one more; waits while too many wait already.
    pub(crate) fn say(&self, typed: Typed) -> Result<(), Deaf> {
        self.queue.send(typed).map_err(|_| Deaf)?;
        // A full buffer holds enough calls already.
        let _ = (&self.waker).write(&[0]);
        Ok(())
    }
}

impl Lines {
    /// Each byte that comes there counts as Ctrl-C from now on: a signal, for whoever has something to end first.
    pub(crate) fn interrupted_by(&self, mut asked: UnixStream) -> io::Result<()> {
        let typist = self.beside.another()?;
        asked.set_nonblocking(false)?;
        thread::Builder::new().name("interrupts".into()).spawn(move || {
            while asked.read(&mut [0]).is_ok_and(|got| got > 0) && typist.say(Typed::Interrupt).is_ok() {}
        })?;
        Ok(())
    }

    /// What becomes readable when something was typed.
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }

    /// The next one, if there is one; never waits. To be called until there is none: only then the
    /// descriptor tells of the next.
    pub(crate) fn next(&mut self) -> Option<Typed> {
        if let Ok(typed) = self.queue.try_recv() {
            return Some(typed);
        }
        while (&self.wake).read(&mut [0; 256]).is_ok_and(|got| got > 0) {}
        // One may have come in between, whose call was just taken.
        self.queue.try_recv().ok()
    }
}

/// Lines of a file or pipe, read as they come by a thread of their own. `name` is what problems call it.
pub(crate) fn read(input: impl Read + Send + 'static, name: &'static str) -> io::Result<Lines> {
    let (typist, lines) = queue()?;
    thread::Builder::new().name("lines".into()).spawn(move || {
        // Whoever does not listen any more has ended.
        let _ = copy(io::BufReader::new(input), name, &typist);
    })?;
    Ok(lines)
}

fn copy(mut input: impl BufRead, name: &str, typist: &Typist) -> Result<(), Deaf> {
    for number in 1_u64.. {
        let mut line = Vec::new();
        let broken = match (&mut input).take(LONGEST + 1).read_until(b'\n', &mut line) {
            Ok(0) => return typist.say(Typed::End),
            Ok(got) if got as u64 > LONGEST => format!("line {number} of {name} is longer than 1 MiB"),
            Ok(_) => {
                let end = strip(&mut line);
                match String::from_utf8(line) {
                    Ok(line) => {
                        typist.say(Typed::Line(line, end))?;
                        continue;
                    }
                    Err(error) => {
                        let column = error.utf8_error().valid_up_to() + 1;
                        format!("line {number} of {name} is no UTF-8 text: see byte {column}")
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => format!("cannot read {name}: {error}"),
        };
        return typist.say(Typed::Broken(broken));
    }
    Ok(())
}

/// Takes off the end of a line, be it of Unix or of Windows.
fn strip(line: &mut Vec<u8>) -> Eol {
    let end = [Eol::CrLf, Eol::Lf].into_iter().find(|end| line.ends_with(end.bytes())).unwrap_or_default();
    line.truncate(line.len() - end.bytes().len());
    end
}

#[cfg(test)]
mod tests {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    use super::*;

    /// Waits as a loop does: on the descriptor, then takes until there is none.
    fn all(mut lines: Lines) -> Vec<Typed> {
        let mut got = Vec::new();
        loop {
            let mut fds = [PollFd::new(lines.fd(), PollFlags::POLLIN)];
            assert_eq!(poll(&mut fds, PollTimeout::from(60_000_u16)), Ok(1), "after {got:?}");
            while let Some(typed) = lines.next() {
                let last = matches!(typed, Typed::End | Typed::Broken(_));
                got.push(typed);
                if last {
                    return got;
                }
            }
        }
    }

    fn lines(input: &'static [u8]) -> Vec<Typed> {
        all(read(input, "the test").unwrap())
    }

    fn line(text: &str) -> Typed {
        Typed::Line(text.into(), Eol::Lf)
    }

    #[test]
    fn lines_come_in_order_and_the_end_is_told() {
        let ended = |text: &str, end| Typed::Line(text.into(), end);
        assert_eq!(
            lines("你好\r\n\n/quit".as_bytes()),
            [ended("你好", Eol::CrLf), line(""), ended("/quit", Eol::None), Typed::End]
        );
        assert_eq!(lines(b""), [Typed::End]);
        let many: Vec<u8> = (0..5_000).flat_map(|n| format!("{n}\n").into_bytes()).collect();
        let got = all(read(io::Cursor::new(many), "the test").unwrap());
        assert_eq!(got.len(), 5_001);
        assert!(got[..5_000].iter().enumerate().all(|(n, typed)| *typed == line(&n.to_string())));
    }

    #[test]
    fn what_is_no_text_or_has_no_end_is_told_with_its_place() {
        let broken = |what: &str| Typed::Broken(what.into());
        assert_eq!(
            lines(b"ok\nab\xff\n"),
            [line("ok"), broken("line 2 of the test is no UTF-8 text: see byte 3")]
        );
        let endless = io::repeat(b'x');
        let got = all(read(endless, "the test").unwrap());
        assert_eq!(got, [broken("line 1 of the test is longer than 1 MiB")]);
    }

    #[test]
    fn a_typist_waits_for_a_slow_listener_and_ends_with_it() {
        let (typist, mut lines) = queue().unwrap();
        let writer = thread::spawn(move || {
            let said = (0_u32..).take_while(|n| typist.say(line(&n.to_string())).is_ok());
            said.count()
        });
        let mut taken = 0;
        while taken < 10 {
            taken += usize::from(lines.next().is_some());
        }
        drop(lines);
        let said = writer.join().unwrap();
        assert!((10..=10 + WAITING).contains(&said), "{said}");
    }
}
