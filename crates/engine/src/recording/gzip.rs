//! gzip (RFC 1952), of one member or several.

use std::fmt;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use flate2::bufread::GzDecoder;
use sockscope_view::recording::{Flaw, Gzip};

/// Bytes read at once of what is packed.
const PACKED: usize = 128 << 10;

/// What is read as it comes.
pub(super) type Input = Box<dyn Read + Send>;

/// Unpacks.
pub(super) struct Gunzip {
    state: State,
    flaw: Option<Flaw>,
}

enum State {
    Member(GzDecoder<BufReader<Input>>),
    /// Behind a member.
    Between(BufReader<Input>),
    Ended,
}

impl fmt::Debug for Gunzip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gunzip").field("flaw", &self.flaw).finish_non_exhaustive()
    }
}

impl Gunzip {
    /// Whether what begins so is packed.
    pub(super) fn is(first: &[u8]) -> bool {
        first.starts_with(&[0x1f, 0x8b])
    }

    pub(super) fn new(input: Input) -> Self {
        let member = GzDecoder::new(BufReader::with_capacity(PACKED, input));
        Self { state: State::Member(member), flaw: None }
    }

    /// Unpacks some; nothing at the end, behind which [`Gunzip::flaw`] says what was wrong.
    pub(super) fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(0),
                State::Between(input) => self.next(input)?,
                State::Member(mut member) => match member.read(out) {
                    Ok(0) => self.state = State::Between(member.into_inner()),
                    Ok(len) => {
                        self.state = State::Member(member);
                        return Ok(len);
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {
                        self.state = State::Member(member)
                    }
                    Err(error) => self.flaw = Some(Flaw::Gzip(flaw(error)?)),
                },
            }
        }
    }

    /// Looks for another member.
    fn next(&mut self, mut input: BufReader<Input>) -> io::Result<()> {
        // The first of the two bytes is enough to go on: without the second it is damaged.
        if filled(&mut input)?.first() == Some(&0x1f) {
            self.state = State::Member(GzDecoder::new(input));
            return Ok(());
        }
        let rest = count(input)?;
        self.flaw = (rest > 0).then_some(Flaw::Gzip(Gzip::Followed(rest)));
        Ok(())
    }

    /// What was wrong.
    pub(super) fn flaw(&mut self) -> Option<Flaw> {
        self.flaw.take()
    }
}

/// What an error says about what is packed, unless it is one of reading it.
fn flaw(error: io::Error) -> io::Result<Gzip> {
    match error.kind() {
        ErrorKind::UnexpectedEof => Ok(Gzip::Cut),
        ErrorKind::InvalidInput | ErrorKind::InvalidData => Ok(Gzip::Damaged),
        _ => Err(error),
    }
}

/// What is there, at least a byte unless it has ended.
fn filled(input: &mut BufReader<Input>) -> io::Result<&[u8]> {
    while let Err(error) = input.fill_buf() {
        if error.kind() != ErrorKind::Interrupted {
            return Err(error);
        }
    }
    Ok(input.buffer())
}

fn count(mut input: BufReader<Input>) -> io::Result<u64> {
    let mut rest = 0;
    loop {
        let len = filled(&mut input)?.len();
        if len == 0 {
            return Ok(rest);
        }
        input.consume(len);
        rest += len as u64;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    /// Gives a byte at a time.
    struct Slow(io::Cursor<Vec<u8>>);

    impl Read for Slow {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let len = out.len().min(1);
            self.0.read(&mut out[..len])
        }
    }

    fn unpack(packed: Vec<u8>) -> (Vec<u8>, Option<Flaw>) {
        let (mut out, mut part) = (Vec::new(), [0; 7]);
        let mut gunzip = Gunzip::new(Box::new(Slow(io::Cursor::new(packed))));
        loop {
            match gunzip.read(&mut part).unwrap() {
                0 => return (out, gunzip.flaw()),
                len => out.extend(&part[..len]),
            }
        }
    }

    #[test]
    fn members_follow_each_other() {
        let many = [pack(b"one "), pack(b""), pack(b"two")].concat();
        assert_eq!(unpack(many), (b"one two".to_vec(), None));
        let thousands = pack(b"x").repeat(5000);
        assert_eq!(unpack(thousands), (vec![b'x'; 5000], None));
    }

    #[test]
    fn what_is_wrong_is_told_behind_what_is_right() {
        let whole = pack(b"hello hello hello");
        for cut in 11..whole.len() {
            let (out, flaw) = unpack(whole[..cut].to_vec());
            assert!(b"hello hello hello".starts_with(&out));
            assert_eq!(flaw, Some(Flaw::Gzip(Gzip::Cut)), "{cut}");
        }
        let followed = [&whole[..], b"\0\0\0"].concat();
        assert_eq!(unpack(followed), (b"hello hello hello".to_vec(), Some(Flaw::Gzip(Gzip::Followed(3)))));
        let mut wrong = whole.clone();
        let sum = wrong.len() - 8;
        wrong[sum] ^= 1;
        assert_eq!(unpack(wrong), (b"hello hello hello".to_vec(), Some(Flaw::Gzip(Gzip::Damaged))));
    }
}
