//! The message that a payload would make, before it is sent.

use sockscope::core::charset::{Charset, Unmappable};
use sockscope::core::facts::Stamp;
use sockscope::core::payload::{Context, Eol, Payload};
use sockscope::core::problem::Problem;
use sockscope::core::rng::Rng;

/// The message that a payload would make.
#[derive(Debug)]
pub(crate) struct Message {
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// Whether every send has these; else a counter, a time or the like stands for itself.
    pub(crate) fixed: bool,
    /// Whether every send has as many.
    pub(crate) sized: bool,
}

/// The message of `payload` in `charset`, with `eol` behind it where it is text.
///
/// # Errors
///
/// A character that the charset lacks, or a field that cannot be filled in.
pub(crate) fn message(payload: &Payload, charset: Charset, eol: Eol) -> Result<Message, Problem> {
    let eol = if payload.is_bytes() { Eol::None } else { eol };
    let template = payload.compile(charset, &Unmappable::Refuse, eol)?;
    let render = |nth: u64| {
        let mut rng = Rng::new(nth);
        let time = Stamp(nth * 1_234_567_890_123_456_789);
        let mut context = Context { counter: nth * 999, time, utc_offset_s: 0, rng: &mut rng, groups: None };
        let mut bytes = Vec::new();
        template.render(&mut context, &mut bytes).map(|()| bytes)
    };
    let (bytes, later) = (render(0)?, render(1)?);
    Ok(Message { fixed: bytes == later, sized: bytes.len() == later.len(), bytes })
}
