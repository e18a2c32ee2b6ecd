//! Encoding a text, with what to do where the charset lacks a character.

use super::single::Upper;
use super::table::Coder;
use super::utf::Form;
use super::{Charset, Lacks, Unmappable, web};

/// Appends `text` to `out`; on an error `out` holds what was done so far.
pub(super) fn encode(
    charset: Charset,
    text: &str,
    unmappable: &Unmappable,
    out: &mut Vec<u8>,
) -> Result<u64, Lacks> {
    let lacks =
        |part: &str, inside, at| Lacks { charset: charset.name(), character: first(&part[inside..]), at };
    let mut encoder = Encoder::new(charset);
    let mut count = 0;
    let mut done = 0;
    while let Err(inside) = encoder.put(&text[done..], out) {
        done += inside;
        match unmappable {
            Unmappable::Refuse => return Err(lacks(text, done, done)),
            Unmappable::Skip => {}
            Unmappable::Replace(other) => {
                encoder.put(other, out).map_err(|inside| lacks(other, inside, done))?;
            }
        }
        count += 1;
        done += first(&text[done..]).len_utf8();
    }
    encoder.finish(out);
    Ok(count)
}

fn first(text: &str) -> char {
    text.chars().next().expect("a character is lacking")
}

enum Encoder {
    Single(Upper),
    Form(Form),
    Web(web::Text),
}

impl Encoder {
    fn new(charset: Charset) -> Self {
        match charset.row().coder {
            Coder::Single(upper) => Self::Single(upper),
            Coder::Form(form) => Self::Form(form),
            Coder::Web(encoding) => Self::Web(web::Text::new(encoding, false)),
            Coder::HongKong(encoding) => Self::Web(web::Text::new(encoding, true)),
        }
    }

    /// Appends `text` up to the first character that is lacking, whose place is the error.
    fn put(&mut self, text: &str, out: &mut Vec<u8>) -> Result<(), usize> {
        match self {
            Self::Single(upper) => {
                text.char_indices().find(|&(_, c)| !upper.put(c, out)).map_or(Ok(()), |(at, _)| Err(at))
            }
            Self::Form(form) => {
                form.put(text, out);
                Ok(())
            }
            Self::Web(encoder) => encoder.put(text, out),
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        if let Self::Web(encoder) = self {
            encoder.finish(out);
        }
    }
}
