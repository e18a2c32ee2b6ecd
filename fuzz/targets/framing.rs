//! However a stream is cut into chunks, the same bytes give the same frames and flaws, none is lost, and no
//! more is held than a frame of the largest content takes. A payload that a framing carries comes out again.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use sockscope_core::batch::Batch;
use sockscope_core::facts::Facts;
use sockscope_core::framing::{Cutter, FRAMINGS, Frame, Framing};
use sockscope_core::moment::Moment;

/// Framings that the table has no row of their own for.
const MORE: &[&str] = &[
    "line:lf",
    "line:crlf",
    "delimiter:616261",
    "length:width=1",
    "length:width=8,little,adjust=2",
    "length:width=2,including",
    "length:width=1,keep",
    "length:offset=2,width=3,including",
];

const CHECKS: &[&str] = &["", "", "check=xor8", "check=crc16-modbus", "check=crc82-darc:hex:skip=1"];

const MAX: usize = 40;

/// The framing that two numbers stand for.
fn framing(which: u8, check: u8) -> Framing {
    let all: Vec<&str> = FRAMINGS.iter().map(|spec| spec.example).chain(MORE.iter().copied()).collect();
    let mut text = all[usize::from(which) % all.len()].to_owned();
    let check = CHECKS[usize::from(check) % CHECKS.len()];
    if !check.is_empty() {
        text = format!("{text}{}{check}", if text.contains(':') { ',' } else { ':' });
    }
    Framing::parse(&text).expect("a framing").with_max(MAX)
}

type Seen = (Vec<(Vec<u8>, Frame)>, usize);

/// The frames of these chunks, and what is held at their end.
fn cut<'a>(framing: &Framing, chunks: impl Iterator<Item = &'a [u8]>) -> Seen {
    let mut cutter = Cutter::new(Arc::new(framing.clone()));
    let mut out = Batch::new();
    let mut marks = 0;
    for chunk in chunks {
        cutter.cut(Moment(0), chunk, &Facts::default(), &mut out);
        // Marks between frames are counted only.
        marks += chunk.iter().filter(|byte| matches!(byte, 0 | 0xc0)).count();
        assert!(cutter.held() <= 2 * (MAX + 22) + 64 + marks, "{} held", cutter.held());
    }
    cutter.end(&mut out);
    let frame = |facts: &Facts| facts.frame.expect("a frame");
    (out.iter().map(|message| (message.bytes.to_vec(), frame(message.facts))).collect(), cutter.held())
}

// The input: which framing and which check, 8 bytes of cuts (a bit a byte of the stream, over and over), the
// stream.
fuzz_target!(|input: (u8, u8, [u8; 8], &[u8])| {
    let (which, check, cuts, stream) = input;
    let framing = framing(which, check);
    assert_eq!(Framing::parse(&framing.to_string()).as_ref(), Ok(&framing));

    let whole = cut(&framing, std::iter::once(stream));
    let wire: usize = whole.0.iter().map(|(_, frame)| frame.wire as usize).sum();
    assert_eq!(wire + whole.1, stream.len(), "{framing}");

    let mut places: Vec<usize> =
        (0..stream.len()).filter(|at| cuts[at / 8 % 8] >> (at % 8) & 1 == 1).collect();
    places.extend([0, stream.len()]);
    places.sort_unstable();
    let parted = cut(&framing, places.windows(2).map(|two| &stream[two[0]..two[1]]));
    assert_eq!(parted, whole, "{framing}");

    for payload in [stream].into_iter().chain(whole.0.iter().map(|(content, _)| &content[..])) {
        let mut sent = Vec::new();
        if framing.wrap(payload, &mut sent).is_err() {
            assert!(sent.is_empty());
            continue;
        }
        let (frames, held) = cut(&framing, std::iter::once(&sent[..]));
        assert_eq!((frames.len(), held), (1, 0), "{framing}");
        let (content, frame) = &frames[0];
        let good = Frame { wire: sent.len() as u32, flaw: None, checked: framing.check().is_some() };
        assert_eq!((content.len(), *frame), (payload.len(), good), "{framing}");
        // Only a length of 0 in a header of its own is filled in.
        let filled =
            |(was, is): (&u8, &u8)| was == is || *was == 0 && framing.to_string().starts_with("length:");
        assert!(payload.iter().zip(content).all(filled), "{framing}");
    }
});
