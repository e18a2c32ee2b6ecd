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
use sockscope::view::progress::{self, Progress};

use crate::out;

/// Between two times that the line is drawn.
const REDRAW: Duration = Duration::from_millis(100);

/// Follows the bytes of one direction.
pub(crate) struct Transfer {
    direction: Direction,
    /// Where received bytes are saved.
    file: Option<File>,
    hash: Sha256,
    done: u64,
    /// A person watches: the line is drawn again and again.
    drawn: Option<Drawn>,
    clock: Clock,
    /// When the first connection was open.
    start: Option<Moment>,
    told: bool,
}

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
        let drawn = out::talk_is_terminal().then(|| Drawn { progress: Progress::new(total), last: None });
        let (hash, clock) = (Sha256::new(), Clock::start());
        Self { direction, file, hash, done: 0, drawn, clock, start: None, told: false }
    }

    fn elapsed(&self, now: Moment) -> Duration {
        self.start.map_or(Duration::ZERO, |start| now - start)
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
        let verb = if self.direction == Direction::Tx { "sent" } else { "received" };
        let hash = std::mem::take(&mut self.hash).finalize();
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut line = if self.drawn.is_some() { b"\r\x1b[K".to_vec() } else { Vec::new() };
        let elapsed = self.elapsed(self.clock.now().moment);
        progress::sum_line(verb, self.done, elapsed, Some(&hash), &mut line);
        line.push(b'\n');
        out::talk(&String::from_utf8_lossy(&line));
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
