//! The Hong Kong supplement to Big5, which encoding_rs decodes but, as the web, does not encode.

use std::sync::LazyLock;

use encoding_rs::BIG5;

/// Two bytes for the character that `text` begins with, and how long it is in `text`.
pub(super) fn encode(text: &str) -> Option<([u8; 2], usize)> {
    let mut ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let one = ends.next()?;
    // Four codes stand for a letter with a combining mark: the longer match goes first.
    ends.next().into_iter().chain([one]).find_map(|end| {
        let at = SUPPLEMENT.binary_search_by(|(known, _)| known.as_str().cmp(&text[..end])).ok()?;
        Some((SUPPLEMENT[at].1, end))
    })
}

/// What the codes below Big5 proper mean, sorted by meaning.
static SUPPLEMENT: LazyLock<Vec<(String, [u8; 2])>> = LazyLock::new(|| {
    let codes = (0x87..=0xA0).flat_map(|lead| (0x40..=0xFE).map(move |trail| [lead, trail]));
    let mut meanings: Vec<_> = codes
        .filter_map(|code| {
            let text = BIG5.decode_without_bom_handling_and_without_replacement(&code)?;
            Some((text.into_owned(), code))
        })
        .collect();
    meanings.sort();
    meanings.dedup_by(|later, kept| later.0 == kept.0);
    meanings
});
