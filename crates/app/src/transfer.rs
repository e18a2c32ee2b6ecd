//! A file on its way: how far it is, how fast it goes, and its checksum at the end.

use std::fs::File;
use std::io::{self, Write};
use std::time::Duration;

use sha2::{Digest, Sha256};
use sockscope::bus::Sink;
use sockscope::clock::Clock;
use sockscope::core::event::{Event, Purpose};
use sockscope::core::facts::Direction;
use sockscope::core::moment::Moment;
use sockscope::core::resume::Sum;
use sockscope::view::progress::{self, Progress};

use crate::out;

/// Between two times that the line is drawn.
const REDRAW: Duration = Duration::from_millis(100);

/// Follows the bytes of one direction.
#[derive(Debug)]
pub(crate) struct Transfer {
    direction: Direction,
    /// Where received bytes are saved.
    file: Option<File>,
    hash: Sha256,
    /// Bytes that were there before.
    from: u64,
    done: u64,
    /// A person watches: the line is drawn again and again.
    drawn: Option<Drawn>,
    clock: Clock,
    /// When the first connection was open.
    start: Option<Moment>,
    /// When all was over.
    end: Option<Moment>,
    told: bool,
}

#[derive(Debug)]
struct Drawn {
    progress: Progress,
    last: Option<Moment>,
}

impl Transfer {
    /// What is sent; `total` bytes, where that is known.
    pub(crate) fn sent(total: Option<u64>) -> Self {
        Self::new(Direction::Tx, None, total)
    }

    /// What is received, saved into `file`.
    pub(crate) fn received(file: File) -> Self {
        Self::new(Direction::Rx, Some(file), None)
    }

    fn new(direction: Direction, file: Option<File>, total: Option<u64>) -> Self {
        let progress = Progress::new(total);
        let drawn = out::talk_is_terminal().then_some(Drawn { progress, last: None });
        let (hash, clock) = (Sha256::new(), Clock::start());
        Self { direction, file, hash, from: 0, done: 0, drawn, clock, start: None, end: None, told: false }
    }

    /// The same behind bytes that were there before, from now on: so many, with this hash, of `total`. `seen`: a
    /// person wants to see it.
    pub(crate) fn resumed(self, from: u64, hash: Sha256, total: u64, seen: bool) -> Self {
        let progress = Progress::resumed(from, total);
        let drawn = self.drawn.filter(|_| seen).map(|drawn| Drawn { progress, ..drawn });
        let start = Some(self.clock.now().moment);
        Self { from, done: from, hash, drawn, start, ..self }
    }

    fn elapsed(&self, now: Moment) -> Duration {
        self.start.map_or(Duration::ZERO, |start| self.end.unwrap_or(now) - start)
    }

    /// Takes bytes that went, and shows how far it is.
    pub(crate) fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.take(bytes)?;
        self.draw();
        Ok(())
    }

    /// The time stands still: nothing more will go.
    pub(crate) fn stop(&mut self) {
        self.end.get_or_insert(self.clock.now().moment);
    }

    /// The checksum of all that went, what was there before included.
    pub(crate) fn sum(&self) -> Sum {
        Sum(self.hash.clone().finalize().into())
    }

    /// Takes the line off the screen, since something else will be told.
    pub(crate) fn clear(&mut self) {
        if let Some(drawn) = &mut self.drawn
            && drawn.last.take().is_some()
        {
            out::talk("\r\x1b[K");
        }
    }

    /// What went, in words.
    pub(crate) fn words(&self) -> String {
        let verb = if self.direction == Direction::Tx { "sent" } else { "received" };
        let elapsed = self.elapsed(self.clock.now().moment);
        let mut line = Vec::new();
        progress::sum_line(verb, self.done - self.from, elapsed, Some(&self.sum().to_string()), &mut line);
        String::from_utf8_lossy(&line).into_owned()
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.done += bytes.len() as u64;
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes))
    }

    /// Draws the line, unless it was drawn just now.
    fn draw(&mut self) {
        let now = self.clock.now().moment;
        let elapsed = self.elapsed(now);
        let Some(drawn) = &mut self.drawn else { return };
        if drawn.last.is_some_and(|last| now - last < REDRAW) {
            return;
        }
        drawn.last = Some(now);
        let mut line = b"\r".to_vec();
        // One column stays free: some terminals go to the next line when the last one is written.
        drawn.progress.line(self.done, elapsed, out::talk_columns().saturating_sub(1), &mut line);
        line.extend_from_slice(b"\x1b[K");
        out::talk(&String::from_utf8_lossy(&line));
    }

    /// Tells the sum, once, in place of the line.
    fn over(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.told, true) {
            return Ok(());
        }
        if let Some(file) = &mut self.file {
            file.flush()?;
        }
        let clear = if self.drawn.is_some() { "\r\x1b[K" } else { "" };
        out::talk(&format!("{clear}{}\n", self.words()));
        Ok(())
    }
}

impl Sink for Transfer {
    fn event(&mut self, _seq: u64, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Opened(opened) if opened.purpose != Purpose::Listen => {
                self.start.get_or_insert(self.clock.now().moment);
            }
            Event::Messages(messages) if messages.direction == self.direction => {
                messages.iter().try_for_each(|message| self.take(message.bytes))?;
                self.draw();
            }
            Event::Ended(ended) if ended.direction == self.direction => self.over()?,
            Event::Closed(_) if self.start.is_some() => self.over()?,
            _ => {}
        }
        Ok(())
    }

    fn idle(&mut self) -> io::Result<()> {
        Ok(())
    }
}
