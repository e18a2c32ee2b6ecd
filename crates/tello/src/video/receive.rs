//! The stream where it arrives: put together, counted and checked.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use sockscope::core::moment::Moment;

use super::FULL;
use super::bits::Reader;
use super::cut::nals;

/// More than any picture; what has no end until then is none.
const MOST: usize = 4 << 20;

/// A picture comes at most so many pictures late.
const LATE: u32 = 4;

/// A picture as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// When its first and last datagram came.
    pub span: (Moment, Moment),
    /// A byte stream (Annex B).
    pub bytes: Vec<u8>,
    /// Whether a decoder can begin here.
    pub key: bool,
    /// It has no picture: parameter sets that came by themselves.
    pub sets: bool,
    /// Its last datagram is missing.
    pub cut: bool,
}

/// What was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Datagrams, and bytes in them.
    pub datagrams: u64,
    /// Bytes.
    pub bytes: u64,
    /// Pictures, and key frames among them.
    pub frames: u64,
    /// Those that a decoder can begin with.
    pub keys: u64,
    /// Pictures that are missing, by the numbers of those that came: `frame_num`. Where a key frame follows, nobody can tell.
    pub missing: u64,
    /// Pictures whose last datagram is missing.
    pub cut: u64,
    /// Pictures that came twice or late.
    pub again: u64,
    /// Pictures that are none: their headers make no sense.
    pub broken: u64,
    /// Datagrams whose picture has no beginning: the first was lost, or they are somebody else's.
    pub orphans: u64,
    /// Pictures before the first key frame, which no decoder can show.
    pub early: u64,
    /// The longest time without a datagram.
    pub silence: Duration,
    /// The longest time from the first datagram of a frame to its last: what waiting for all of it adds to its latency. When
    /// the camera saw it nobody tells.
    pub assembly: Duration,
    /// From the first datagram to the last.
    pub span: Duration,
}

impl Report {
    /// Pictures a second; `None` of less than two.
    pub fn rate(&self) -> Option<f64> {
        (self.frames > 1 && !self.span.is_zero()).then(|| (self.frames - 1) as f64 / self.span.as_secs_f64())
    }

    /// Whether all came whole, as far as numbers tell.
    pub fn is_whole(&self) -> bool {
        self.missing + self.cut + self.again + self.broken + self.orphans == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kilobits = self.bytes as f64 * 8.0 / 1000.0 / self.span.as_secs_f64().max(1e-9);
        write!(f, "{} frames, {} of them key frames", self.frames, self.keys)?;
        if let Some(rate) = self.rate() {
            write!(f, ", {rate:.1} a second, {kilobits:.0} kbit/s")?;
        }
        write!(f, "; {} datagrams", self.datagrams)?;
        for (count, words) in [
            (self.missing, "frames missing"),
            (self.cut, "frames cut short"),
            (self.again, "frames twice or late"),
            (self.broken, "frames broken"),
            (self.orphans, "datagrams without a beginning"),
            (self.early, "frames before the first key frame"),
        ] {
            if count > 0 {
                write!(f, "; {count} {words}")?;
            }
        }
        if self.is_whole() && self.frames > 0 {
            f.write_str("; nothing missing")?;
        }
        let assembly = self.assembly.as_secs_f64() * 1000.0;
        write!(f, "; longest silence {} ms, a frame takes {assembly:.1} ms at most", self.silence.as_millis())
    }
}

/// Puts pictures together.
#[derive(Debug, Default)]
pub struct Receiver {
    report: Report,
    begun: Option<Picture>,
    done: VecDeque<Picture>,
    first: Option<Moment>,
    last: Moment,
    /// Bits of numbers, as the sequence parameter set says, and the number of the last picture.
    bits: Option<u32>,
    number: Option<u32>,
}

impl Receiver {
    /// Takes a datagram.
    pub fn take(&mut self, now: Moment, bytes: &[u8]) {
        if self.first.is_some() {
            self.report.silence = self.report.silence.max(now - self.last);
        }
        self.report.span = now - *self.first.get_or_insert(now);
        self.last = now;
        self.report.datagrams += 1;
        self.report.bytes += bytes.len() as u64;
        // No start code can be seen inside of what it begins.
        if bytes.starts_with(&[0, 0, 0, 1]) || bytes.starts_with(&[0, 0, 1]) {
            self.cut();
            self.begun =
                Some(Picture { span: (now, now), bytes: Vec::new(), key: false, sets: false, cut: false });
        }
        let Some(begun) = &mut self.begun else {
            self.report.orphans += 1;
            return;
        };
        begun.bytes.extend_from_slice(bytes);
        begun.span.1 = now;
        if bytes.len() != FULL {
            let whole = self.begun.take();
            whole.into_iter().for_each(|picture| self.whole(picture));
        } else if begun.bytes.len() > MOST {
            self.cut();
        }
    }

    /// What was begun has lost its end.
    fn cut(&mut self) {
        if let Some(mut picture) = self.begun.take() {
            picture.cut = true;
            self.report.cut += 1;
            self.whole(picture);
        }
    }

    /// Looks what it is.
    fn whole(&mut self, mut picture: Picture) {
        let mut number = None;
        let (mut slices, mut sets, mut broken) = (0, 0, false);
        for nal in nals(&picture.bytes) {
            let Some(header) = nal.first() else { continue };
            match header & 31 {
                _ if header & 0x80 != 0 => broken = true,
                7 => {
                    self.bits = number_bits(nal).or(self.bits);
                    sets += 1;
                }
                8 => sets += 1,
                kind @ (1 | 5) => {
                    slices += 1;
                    picture.key |= kind == 5;
                    match slice_number(nal, self.bits) {
                        Some(found) => number = found,
                        None => broken = true,
                    }
                }
                _ => {}
            }
        }
        picture.sets = slices == 0 && sets > 0;
        if slices > 0 {
            self.report.assembly = self.report.assembly.max(picture.span.1 - picture.span.0);
            self.report.frames += 1;
            self.report.keys += u64::from(picture.key);
            self.report.early += u64::from(self.report.keys == 0);
            self.follow(picture.key, number);
        }
        self.report.broken += u64::from(broken || slices + sets == 0);
        self.done.push_back(picture);
    }

    /// Looks whether it follows the one before.
    fn follow(&mut self, key: bool, number: Option<u32>) {
        let before = std::mem::replace(&mut self.number, number);
        let (Some(before), Some(number), Some(bits), false) = (before, number, self.bits, key) else {
            return;
        };
        let most = 1_u32 << bits;
        let (away, back) =
            (number.wrapping_sub(before) & (most - 1), before.wrapping_sub(number) & (most - 1));
        match away {
            // Two pictures of one number, or one from shortly before.
            _ if back <= LATE => {
                self.report.again += 1;
                self.number = Some(before);
            }
            // Numbers began anew with a key frame, which is missing, and what came between.
            _ if number < before && back < most / 2 => self.report.missing += u64::from(number),
            away => self.report.missing += u64::from(away - 1),
        }
    }

    /// The next picture, or parameter sets.
    pub fn picture(&mut self) -> Option<Picture> {
        self.done.pop_front()
    }

    /// What was received so far.
    pub fn report(&self) -> Report {
        self.report
    }
}

/// The payload of a unit without the bytes that hide start codes (7.4.1), as much of it as headers take.
fn payload(nal: &[u8]) -> Vec<u8> {
    let mut zeros = 0;
    let mut out = Vec::new();
    for byte in nal.iter().skip(1).take(64) {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        out.push(*byte);
    }
    out
}

/// Bits of frame numbers, of a sequence parameter set (7.3.2.1.1) of a profile without more before them.
fn number_bits(nal: &[u8]) -> Option<u32> {
    let payload = payload(nal);
    let mut reader = Reader::new(&payload);
    let profile = reader.take(8)?;
    reader.take(16)?;
    reader.ue()?;
    let bits = reader.ue()?.checked_add(4)?;
    (matches!(profile, 66 | 77 | 88) && bits <= 16).then_some(bits)
}

/// The number of a slice's frame, where one knows how many bits it has; nothing where the header makes no sense (7.3.3).
fn slice_number(nal: &[u8], bits: Option<u32>) -> Option<Option<u32>> {
    let payload = payload(nal);
    let mut reader = Reader::new(&payload);
    reader.ue()?;
    let kind = reader.ue()?;
    let set = reader.ue()?;
    if kind > 9 || set > 255 {
        return None;
    }
    match bits {
        Some(bits) => reader.take(bits).map(Some),
        None => Some(None),
    }
}
