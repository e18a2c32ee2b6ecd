//! What the tests of charsets share.

mod laws;
mod long;
mod vectors;

use super::*;

/// What decoding gave: neighbours of the same kind merged.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Run {
    Text(String),
    Invalid(Vec<u8>),
}

fn add(runs: &mut Vec<Run>, piece: Piece<'_>) {
    match (piece, runs.last_mut()) {
        (Piece::Text(""), _) | (Piece::Invalid([]), _) => panic!("an empty piece"),
        (Piece::Text(text), Some(Run::Text(run))) => run.push_str(text),
        (Piece::Text(text), _) => runs.push(Run::Text(text.to_owned())),
        (Piece::Invalid(bytes), Some(Run::Invalid(run))) => run.extend(bytes),
        (Piece::Invalid(bytes), _) => runs.push(Run::Invalid(bytes.to_owned())),
    }
}

fn whole(charset: Charset, bytes: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    charset.decode(bytes, |piece| add(&mut runs, piece));
    runs
}

fn cut(charset: Charset, chunks: &[&[u8]]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut decoder = Decoder::new(charset);
    for (at, chunk) in chunks.iter().enumerate() {
        decoder.feed(chunk, at + 1 == chunks.len(), |piece| add(&mut runs, piece));
    }
    runs
}

fn charset(label: &str) -> Charset {
    Charset::find(label).unwrap()
}

fn encoded(charset: Charset, text: &str) -> Result<Vec<u8>, Lacks> {
    let mut out = Vec::new();
    charset.encode(text, &Unmappable::Refuse, &mut out).map(|count| {
        assert_eq!(count, 0);
        out
    })
}
