//! The check behind a frame's content.

use std::fmt;

use super::frame::Flaw;
use crate::checksum::{Algorithm, ByteOrder};
use crate::near::nearest;
use crate::problem::Problem;

/// Which checksum stands behind a content, over which of its bytes, and how it is written. `Display` writes
/// the canonical form, which parses to an equal one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    algorithm: Algorithm,
    order: ByteOrder,
    form: Form,
    skip: u16,
}

/// How a check is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bytes,
    Hex { upper: bool },
}

/// The value of a checksum. `Display` writes it in hexadecimal digits of its full width: `0x4b37`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// Highest byte first, in the last `width` of these: small, since it travels with every frame.
    bytes: [u8; WIDEST],
    width: u8,
}

/// A check as it stands on the wire.
pub(super) struct Tail {
    bytes: [u8; 2 * WIDEST],
    len: usize,
}

/// What a check says of content and check together.
pub(super) struct Verdict {
    /// Length of what is shown as the content.
    pub(super) len: usize,
    pub(super) flaw: Option<Flaw>,
    pub(super) checked: bool,
}

/// Bytes of the widest checksum, of 82 bits ([`Algorithm::width_bytes`]).
const WIDEST: usize = 11;

const REMEDY: &str = "write NAME[:be|le][:hex|HEX][:skip=N], like crc16-modbus or xor8:HEX:skip=1";

impl Check {
    /// Reads `NAME[:be|le][:hex|HEX][:skip=N]`. The name is a checksum's; the byte order is the algorithm's
    /// own unless told otherwise; `hex` and `HEX` write it as digits, and read digits of either case; `skip`
    /// leaves out the first N bytes of the content, 0 to 65535.
    ///
    /// ```
    /// use sockscope_core::framing::Check;
    /// assert_eq!(Check::parse("BCC:HEX:skip=1")?.to_string(), "xor8:HEX:skip=1");
    /// # Ok::<(), sockscope_core::problem::Problem>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An unknown checksum or option, or an option given twice, pointing at the spot.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (name, options) = text.split_at(text.find(':').unwrap_or(text.len()));
        let algorithm = Algorithm::find(name).ok_or_else(|| unknown(text, name))?;
        let (mut order, mut form, mut skip) = (None, None, None);
        let mut at = name.len();
        for word in options.split(':').skip(1) {
            at += 1;
            let fresh = match word {
                "be" => order.replace(ByteOrder::Big).is_none(),
                "le" => order.replace(ByteOrder::Little).is_none(),
                "hex" => form.replace(Form::Hex { upper: false }).is_none(),
                "HEX" => form.replace(Form::Hex { upper: true }).is_none(),
                _ => skip.replace(skipped(word).map_err(|problem| problem.inside(text, at))?).is_none(),
            };
            if !fresh {
                let what = format!("{word:?} says a second time what an option before it said");
                return Err(Problem::new(text, at..at + word.len(), what, REMEDY));
            }
            at += word.len();
        }
        let order = order.unwrap_or(algorithm.byte_order());
        Ok(Self { algorithm, order, form: form.unwrap_or(Form::Bytes), skip: skip.unwrap_or(0) })
    }

    /// The checksum.
    pub fn algorithm(self) -> Algorithm {
        self.algorithm
    }

    /// How many bytes it takes on the wire, 1 to 22.
    pub fn width(self) -> usize {
        match self.form {
            Form::Bytes => self.algorithm.width_bytes(),
            Form::Hex { .. } => 2 * self.algorithm.width_bytes(),
        }
    }

    /// The check of `content` as it goes on the wire.
    pub(super) fn tail(self, content: &[u8]) -> Result<Tail, Problem> {
        let sum = self.sum(content).ok_or_else(|| {
            let what = format!("a content of length {} is too short for {self}", content.len());
            Problem::whole("", what, format!("it leaves out the first {}", self.skip))
        })?;
        let mut tail = Tail { bytes: [0; 2 * WIDEST], len: self.width() };
        let bytes = sum.ordered(self.order);
        for (i, &byte) in bytes[..sum.width.into()].iter().enumerate() {
            match self.form {
                Form::Bytes => tail.bytes[i] = byte,
                Form::Hex { upper } => {
                    tail.bytes[2 * i] = digit(byte >> 4, upper);
                    tail.bytes[2 * i + 1] = digit(byte & 15, upper);
                }
            }
        }
        Ok(tail)
    }

    /// Compares what stands behind the content of `body` with what should.
    pub(super) fn verify(self, body: &[u8]) -> Verdict {
        let whole = |flaw| Verdict { len: body.len(), flaw: Some(flaw), checked: false };
        let Some((content, tail)) = body.len().checked_sub(self.width()).map(|at| body.split_at(at)) else {
            return whole(Flaw::NoCheck);
        };
        match (self.sum(content), self.read(tail)) {
            (Some(expected), Some(got)) if expected == got => {
                Verdict { len: content.len(), flaw: None, checked: true }
            }
            (Some(expected), Some(got)) => whole(Flaw::BadCheck { expected, got }),
            _ => whole(Flaw::NoCheck),
        }
    }

    /// `None` for a content without the bytes that are left out.
    fn sum(self, content: &[u8]) -> Option<Sum> {
        let covered = content.get(self.skip.into()..)?;
        Some(Sum::new(self.algorithm.compute(covered), self.algorithm.width_bytes()))
    }

    /// `None` for what is not in digits and should be.
    fn read(self, tail: &[u8]) -> Option<Sum> {
        let width = self.algorithm.width_bytes();
        let mut bytes = [0; WIDEST];
        for (i, byte) in bytes[..width].iter_mut().enumerate() {
            *byte = match self.form {
                Form::Bytes => tail[i],
                Form::Hex { .. } => value(tail[2 * i])? << 4 | value(tail[2 * i + 1])?,
            };
        }
        if self.order == ByteOrder::Little {
            bytes[..width].reverse();
        }
        bytes.rotate_right(WIDEST - width);
        Some(Sum { bytes, width: width as u8 })
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.algorithm.name())?;
        if self.order != self.algorithm.byte_order() {
            f.write_str(if self.order == ByteOrder::Big { ":be" } else { ":le" })?;
        }
        match self.form {
            Form::Bytes => {}
            Form::Hex { upper: false } => f.write_str(":hex")?,
            Form::Hex { upper: true } => f.write_str(":HEX")?,
        }
        if self.skip > 0 {
            write!(f, ":skip={}", self.skip)?;
        }
        Ok(())
    }
}

impl Sum {
    fn new(value: u128, width: usize) -> Self {
        let mut bytes = [0; WIDEST];
        bytes.copy_from_slice(&value.to_be_bytes()[16 - WIDEST..]);
        Self { bytes, width: width as u8 }
    }

    /// The value as a number.
    pub fn value(self) -> u128 {
        self.bytes.iter().fold(0, |value, &byte| value << 8 | u128::from(byte))
    }

    /// The first `width` bytes are the value in this order.
    fn ordered(self, order: ByteOrder) -> [u8; WIDEST] {
        let mut bytes = self.bytes;
        bytes.rotate_left(WIDEST - usize::from(self.width));
        if order == ByteOrder::Little {
            bytes[..self.width.into()].reverse();
        }
        bytes
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:0width$x}", self.value(), width = 2 * usize::from(self.width))
    }
}

impl fmt::Debug for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Tail {
    /// Of a framing without a check.
    pub(super) const NONE: Self = Self { bytes: [0; 2 * WIDEST], len: 0 };

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

fn unknown(text: &str, name: &str) -> Problem {
    let names = Algorithm::all().flat_map(|a| std::iter::once(a.name()).chain(a.aliases().iter().copied()));
    let remedy = match nearest(name, names) {
        Some(near) => format!("did you mean {near}?"),
        None => "write the name of a checksum, like crc16-modbus".to_owned(),
    };
    Problem::new(text, 0..name.len(), format!("unknown checksum {name:?}"), remedy)
}

fn skipped(word: &str) -> Result<u16, Problem> {
    let digits = word
        .strip_prefix("skip=")
        .ok_or_else(|| Problem::whole(word, format!("unknown option {word:?} of a check"), REMEDY))?;
    let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
    number.ok_or_else(|| {
        let what = format!("{digits:?} is not a number of bytes to leave out");
        Problem::new(word, 5..word.len(), what, "write 0 to 65535")
    })
}

fn digit(value: u8, upper: bool) -> u8 {
    match value {
        0..10 => b'0' + value,
        _ if upper => b'A' + value - 10,
        _ => b'a' + value - 10,
    }
}

fn value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}
