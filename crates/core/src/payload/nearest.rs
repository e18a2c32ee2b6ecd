//! The known name a mistyped one most likely stands for.

/// The candidate that the fewest edits make of `typed`, if they are few for its length.
pub(super) fn nearest<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_ascii_lowercase();
    let most = (typed.chars().count() / 3).max(1);
    let measured = candidates.map(|candidate| (edits(&typed, candidate), candidate));
    measured
        .filter(|&(edits, _)| edits <= most)
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.chars().enumerate() {
            let swap = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = swap.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[row.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_edits_are_a_slip_and_many_another_word() {
        assert_eq!(edits("kitten", "sitting"), 3);
        let names = ["counter", "len", "crc32", "crc32c"];
        assert_eq!(nearest("conter", names.into_iter()), Some("counter"));
        assert_eq!(nearest("CRC32", names.into_iter()), Some("crc32"));
        assert_eq!(nearest("elephant", names.into_iter()), None);
        assert_eq!(nearest("", names.into_iter()), None);
    }
}
