//! The word that was most likely meant.

/// The candidate nearest to `word`, when it is near enough to be a slip of the finger.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(LONGEST).flat_map(char::to_lowercase).collect();
    let near = candidates.map(|candidate| {
        let chars: Vec<char> = candidate.chars().collect();
        (distance(&word, &chars), word.len().max(chars.len()), candidate)
    });
    let (slips, len, candidate) = near.min_by_key(|(slips, ..)| *slips)?;
    (slips <= (len / 3).max(1) && slips < len).then_some(candidate)
}

/// Long enough for every word of ours; what is longer is near to none, and not worth the time.
const LONGEST: usize = 40;

/// How many letters were added, left out, changed or swapped with their neighbour (optimal string alignment).
pub(crate) fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, n) | (n, 0) => n,
                _ => cheapest(&rows, a, b, i, j),
            };
        }
    }
    rows[a.len()][b.len()]
}

fn cheapest(rows: &[Vec<usize>], a: &[char], b: &[char], i: usize, j: usize) -> usize {
    let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
    let best = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
    if swapped { best.min(rows[i - 2][j - 2] + 1) } else { best }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_strangers_are_not() {
        let words = || ["udp", "tcp", "unixpacket", "broadcast"].into_iter();
        assert_eq!(nearest("upd", words()), Some("udp"));
        assert_eq!(nearest("UDP", words()), Some("udp"));
        assert_eq!(nearest("brodcats", words()), Some("broadcast"));
        assert_eq!(nearest("http", words()), None);
        assert_eq!(nearest("", words()), None);
        assert_eq!(nearest(&"u".repeat(100_000), words()), None);
    }
}
