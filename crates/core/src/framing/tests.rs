//! What the tests of framings share.

mod documents;
mod flaws;
mod laws;
mod vectors;
mod wrapping;

use std::sync::Arc;

use super::*;
use crate::batch::Batch;
use crate::facts::Facts;
use crate::moment::Moment;

/// Framings that the table has no row of their own for.
const MORE: &[&str] = &[
    "line:lf",
    "line:crlf",
    "delimiter:00",
    "delimiter:6161",
    "delimiter:616261",
    "fixed:1",
    "fixed:30",
    "length:width=1",
    "length:width=2,little",
    "length:width=3,adjust=2",
    "length:width=4,including",
    "length:width=8",
    "length:width=1,keep",
    "length:offset=2,width=2,including",
    "length:offset=1,width=3,little,adjust=-2",
];

fn framing(text: &str) -> Framing {
    Framing::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

/// A frame as a test compares it: its content and what was found out about it.
type Seen = (Vec<u8>, Frame);

fn seen(batch: &Batch) -> Vec<Seen> {
    batch.iter().map(|message| (message.bytes.to_vec(), message.facts.frame.unwrap())).collect()
}

/// What comes of a stream of these chunks, all at one time, and how many bytes are held after its end.
fn cut_all<'a>(framing: &Framing, chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Seen>, usize) {
    let mut cutter = Cutter::new(Arc::new(framing.clone()));
    let mut out = Batch::new();
    for chunk in chunks {
        cutter.cut(Moment(7), chunk, &Facts::default(), &mut out);
        assert!(cutter.held() <= framing.room().max(1024 + 64), "{} held", cutter.held());
    }
    cutter.end(&mut out);
    (seen(&out), cutter.held())
}

/// Contents and codes of flaws, and that all bytes are accounted for.
fn cut(text: &str, stream: &[u8]) -> Vec<(String, &'static str)> {
    let (frames, held) = cut_all(&framing(text), [stream]);
    let wire: usize = frames.iter().map(|(_, frame)| frame.wire as usize).sum();
    assert_eq!(wire + held, stream.len(), "{text}");
    let (single, _) = cut_all(&framing(text), stream.chunks(1));
    assert_eq!(single, frames, "{text} byte by byte");
    let shown = |(content, frame): Seen| {
        (content.escape_ascii().to_string(), frame.flaw.map(Flaw::code).unwrap_or_default())
    };
    frames.into_iter().map(shown).collect()
}
