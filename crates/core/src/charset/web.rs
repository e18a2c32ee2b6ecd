//! Charsets that encoding_rs carries, without the web's habits.

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

use super::{Piece, chinese_hk, pairs};

/// Room for decoded or encoded bytes on the stack: a short message takes one round.
const ROUND: usize = 1024;

/// A stream of so many bytes is worth a table: filling it takes as long as it saves up to about here.
pub(super) const LONG: u64 = 1 << 19;

/// Bytes that are decoded without the table where it has no answer, before it is asked again.
const ASIDE: usize = 64;

/// A stream being decoded.
pub(super) struct Stream {
    encoding: &'static Encoding,
    decoder: encoding_rs::Decoder,
    earlier: Earlier,
    /// Bytes so far of a stream that is decoded into bytes.
    seen: u64,
}

impl Stream {
    pub(super) fn new(encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { encoding, decoder, earlier: Earlier::default(), seen: 0 }
    }

    pub(super) fn feed(&mut self, bytes: &[u8], last: bool, mut piece: impl FnMut(Piece<'_>)) {
        if let Some(text) = self.plain(bytes) {
            piece(Piece::Text(text));
        } else {
            self.convert(bytes, last, piece);
        }
        self.earlier.add(bytes);
        if last {
            *self = Self::new(self.encoding);
        }
    }

    /// The same into bytes: appends text as UTF-8, and what `invalid` appends for bytes that did not decode.
    pub(super) fn append(
        &mut self,
        bytes: &[u8],
        last: bool,
        out: &mut Vec<u8>,
        mut invalid: impl FnMut(&[u8], &mut Vec<u8>),
    ) {
        self.seen = self.seen.saturating_add(bytes.len() as u64);
        let has_table = self.encoding == encoding_rs::GBK || self.encoding == encoding_rs::GB18030;
        let mut rest = bytes;
        while has_table && self.seen >= LONG && rest.len() > ASIDE {
            let mut aside = 1;
            if self.is_between_characters() {
                let done = pairs::append(rest, out);
                self.earlier.add(&rest[..done]);
                rest = &rest[done..];
                aside = ASIDE.min(rest.len());
            }
            // Where these end inside a character, its other bytes follow one by one.
            self.feed(&rest[..aside], last && aside == rest.len(), |piece| piece.append(out, &mut invalid));
            rest = &rest[aside..];
            if last && rest.is_empty() {
                return;
            }
        }
        self.feed(rest, last, |piece| piece.append(out, &mut invalid));
    }

    fn is_between_characters(&self) -> bool {
        self.decoder.latin1_byte_compatible_up_to(&[]).is_some()
    }

    /// `bytes` themselves, if all of them are ASCII and mean ASCII in the present state.
    fn plain<'a>(&self, bytes: &'a [u8]) -> Option<&'a str> {
        if bytes.is_empty() || !bytes.is_ascii() {
            return None;
        }
        let same = self.decoder.latin1_byte_compatible_up_to(bytes)?;
        if same == bytes.len() { str::from_utf8(bytes).ok() } else { None }
    }

    fn convert(&mut self, bytes: &[u8], last: bool, mut piece: impl FnMut(Piece<'_>)) {
        let mut zeros = [0; ROUND];
        let text = str::from_utf8_mut(&mut zeros).expect("zeros are text");
        let mut read = 0;
        loop {
            let (result, taken, written) =
                self.decoder.decode_to_str_without_replacement(&bytes[read..], text, last);
            read += taken;
            if written > 0 {
                piece(Piece::Text(&text[..written]));
            }
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                // Only ISO-2022-JP says this, of a shift sequence followed by another: the web's guard
                // against hidden text. Two messages joined in a stream look just so.
                DecoderResult::Malformed(3, 3) => {}
                DecoderResult::Malformed(len, after) => {
                    self.earlier.invalid(&bytes[..read], len.into(), after.into(), &mut piece);
                }
            }
        }
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stream({})", self.encoding.name())
    }
}

/// The last bytes of earlier chunks: a malformed sequence, with what was read past it, spans 6 at most.
#[derive(Default)]
struct Earlier {
    bytes: [u8; 6],
    len: usize,
}

impl Earlier {
    fn add(&mut self, chunk: &[u8]) {
        let new = &chunk[chunk.len().saturating_sub(self.bytes.len())..];
        let old = self.len.min(self.bytes.len() - new.len());
        self.bytes.copy_within(self.len - old..self.len, 0);
        self.bytes[old..][..new.len()].copy_from_slice(new);
        self.len = old + new.len();
    }

    /// Hands out the `len` bytes that end `after` bytes before the end of what was read of the chunk.
    fn invalid(&self, read: &[u8], len: usize, after: usize, piece: &mut impl FnMut(Piece<'_>)) {
        if let Some(start) = read.len().checked_sub(len + after) {
            return piece(Piece::Invalid(&read[start..][..len]));
        }
        let start = self.len + read.len() - len - after;
        let mut whole = [0; 4];
        for (to, at) in whole[..len].iter_mut().zip(start..) {
            *to = if at < self.len { self.bytes[at] } else { read[at - self.len] };
        }
        piece(Piece::Invalid(&whole[..len]));
    }
}

/// A text being encoded.
pub(super) struct Text {
    encoding: &'static Encoding,
    encoder: encoding_rs::Encoder,
    hong_kong: bool,
}

impl Text {
    pub(super) fn new(encoding: &'static Encoding, hong_kong: bool) -> Self {
        Self { encoding, encoder: encoding.new_encoder(), hong_kong }
    }

    /// Appends `text` up to the first character that is lacking, whose place is the error.
    pub(super) fn put(&mut self, text: &str, out: &mut Vec<u8>) -> Result<(), usize> {
        let mut done = 0;
        loop {
            match self.strict(&text[done..], out) {
                Ok(()) => return Ok(()),
                Err(at) if self.hong_kong => {
                    done += at;
                    let (bytes, len) = chinese_hk::encode(&text[done..]).ok_or(done)?;
                    out.extend(bytes);
                    done += len;
                }
                Err(at) => return Err(done + at),
            }
        }
    }

    /// Goes back to ASCII.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        // Nothing can be lacking in an empty text.
        let _ = self.convert("", true, out);
    }

    fn strict(&mut self, text: &str, out: &mut Vec<u8>) -> Result<(), usize> {
        let altered = altered(self.encoding).and_then(|is| text.find(is));
        self.convert(&text[..altered.unwrap_or(text.len())], false, out)?;
        altered.map_or(Ok(()), Err)
    }

    fn convert(&mut self, text: &str, last: bool, out: &mut Vec<u8>) -> Result<(), usize> {
        let mut round = [0; ROUND];
        let mut read = 0;
        loop {
            let (result, taken, written) =
                self.encoder.encode_from_utf8_without_replacement(&text[read..], &mut round, last);
            read += taken;
            out.extend_from_slice(&round[..written]);
            match result {
                EncoderResult::InputEmpty => return Ok(()),
                EncoderResult::OutputFull => {}
                // The result's own character is U+FFFD where ISO-2022-JP refuses a control character.
                EncoderResult::Unmappable(_) => {
                    return Err(text[..read].char_indices().next_back().map_or(0, |(at, _)| at));
                }
            }
        }
    }
}

/// The characters for which the web's encoder puts bytes that decode to others.
fn altered(encoding: &'static Encoding) -> Option<fn(char) -> bool> {
    if encoding == encoding_rs::SHIFT_JIS || encoding == encoding_rs::EUC_JP {
        Some(|c| matches!(c, '¥' | '‾' | '\u{2212}'))
    } else if encoding == encoding_rs::ISO_2022_JP {
        Some(|c| matches!(c, '\u{2212}' | '\u{FF61}'..='\u{FF9F}'))
    } else if encoding == encoding_rs::GBK || encoding == encoding_rs::GB18030 {
        Some(gave_way_in_2022)
    } else {
        None
    }
}

/// Private-use characters whose two-byte codes the 2022 edition of GB 18030 gave to real ones.
fn gave_way_in_2022(c: char) -> bool {
    matches!(c, '\u{E78D}'..='\u{E796}' | '\u{E81E}' | '\u{E826}' | '\u{E82B}' | '\u{E82C}')
        || matches!(c, '\u{E832}' | '\u{E843}' | '\u{E854}' | '\u{E864}')
}
