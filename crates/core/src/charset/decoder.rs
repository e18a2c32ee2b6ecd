//! Decoding a stream that comes in chunks, cut anywhere.

use super::single::Upper;
use super::table::Coder;
use super::utf::{Form, Step};
use super::{Charset, Piece, web};

/// Decodes one direction of a stream, keeping half a character for the next chunk.
///
/// However the stream is cut, the same bytes give the same text and the same invalid bytes, cut into
/// pieces differently at most.
///
/// ```
/// use sockscope_core::charset::{Charset, Decoder, Piece};
///
/// let mut decoder = Decoder::new(Charset::GBK);
/// let mut shown = String::new();
/// for (chunk, last) in [(&b"\xc4"[..], false), (b"\xe3\xba", false), (b"\xc3\xff", true)] {
///     decoder.feed(chunk, last, |piece| match piece {
///         Piece::Text(text) => shown.push_str(text),
///         Piece::Invalid(bytes) => shown.push_str(&format!("{bytes:02x?}")),
///     });
/// }
/// assert_eq!(shown, "你好[ff]");
/// ```
#[derive(Debug)]
pub struct Decoder {
    charset: Charset,
    state: State,
}

#[derive(Debug)]
enum State {
    Single(Upper),
    Form(Form, Half),
    Web(web::Stream),
}

impl Decoder {
    /// A decoder at the beginning of a stream.
    pub fn new(charset: Charset) -> Self {
        let state = match charset.row().coder {
            Coder::Single(upper) => State::Single(upper),
            Coder::Form(form) => State::Form(form, Half::default()),
            Coder::Web(encoding) | Coder::HongKong(encoding) => State::Web(web::Stream::new(encoding)),
        };
        Self { charset, state }
    }

    /// The charset it decodes.
    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// Hands out the pieces that `bytes` complete, in order.
    ///
    /// Bytes that may be the beginning of a character stay for the next call, unless `last` says that
    /// there is none: then they are invalid, and the decoder is as new.
    pub fn feed(&mut self, bytes: &[u8], last: bool, mut piece: impl FnMut(Piece<'_>)) {
        match &mut self.state {
            State::Single(upper) => upper.decode(bytes, piece),
            State::Form(form, half) => {
                let rest = half.complete(*form, bytes, &mut piece);
                let done = form.decode(rest, &mut piece);
                half.keep(&rest[done..]);
                if last {
                    half.give_up(piece);
                }
            }
            State::Web(stream) => stream.feed(bytes, last, piece),
        }
    }

    /// The same into bytes: appends text as UTF-8 to `out`, and what `invalid` appends there for bytes that did not
    /// decode. Long streams of GBK and GB 18030 are several times as fast this way.
    ///
    /// ```
    /// use sockscope_core::charset::{Charset, Decoder};
    ///
    /// let mut shown = Vec::new();
    /// let mut decoder = Decoder::new(Charset::GBK);
    /// for (chunk, last) in [(b"\xc4", false), (b"\xe3", false), (b"\xff", true)] {
    ///     decoder.append(chunk, last, &mut shown, |bytes, out| out.extend(bytes.iter().map(|_| b'?')));
    /// }
    /// assert_eq!(shown, "你?".as_bytes());
    /// ```
    pub fn append(
        &mut self,
        bytes: &[u8],
        last: bool,
        out: &mut Vec<u8>,
        mut invalid: impl FnMut(&[u8], &mut Vec<u8>),
    ) {
        match &mut self.state {
            State::Web(stream) => stream.append(bytes, last, out, invalid),
            State::Single(_) | State::Form(..) => {
                self.feed(bytes, last, |piece| piece.append(out, &mut invalid));
            }
        }
    }
}

/// The beginning of a character, from earlier chunks.
#[derive(Debug, Default)]
struct Half {
    bytes: [u8; 4],
    len: usize,
}

impl Half {
    /// Takes bytes from `next` until nothing is begun any more; returns those left.
    fn complete<'a>(
        &mut self,
        form: Form,
        mut next: &'a [u8],
        piece: &mut impl FnMut(Piece<'_>),
    ) -> &'a [u8] {
        while self.len > 0 {
            match form.step(&self.bytes[..self.len]) {
                Step::Char(c, len) => {
                    piece(Piece::Text(c.encode_utf8(&mut [0; 4])));
                    self.drop_first(len);
                }
                Step::Bad(len) => {
                    piece(Piece::Invalid(&self.bytes[..len]));
                    self.drop_first(len);
                }
                Step::Half => {
                    let Some((first, rest)) = next.split_first() else { break };
                    self.keep(std::slice::from_ref(first));
                    next = rest;
                }
            }
        }
        next
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.bytes[self.len..][..bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    fn drop_first(&mut self, count: usize) {
        self.bytes.copy_within(count.., 0);
        self.len -= count;
    }

    fn give_up(&mut self, mut piece: impl FnMut(Piece<'_>)) {
        if self.len > 0 {
            piece(Piece::Invalid(&self.bytes[..self.len]));
            self.len = 0;
        }
    }
}
