//! From a label to its charset, or to a good answer why not.

use super::Charset;
use crate::problem::Problem;

/// Labels that are known and refused, with the reason and the remedy.
const REFUSED: &[(&[&str], &str, &str)] = &[
    (&["auto"], "can show bytes but not send them", "name the charset"),
    (&["utf-16", "ucs-2", "unicode"], "does not say which byte comes first", "write utf-16le or utf-16be"),
    (&["utf-32", "ucs-4"], "does not say which byte comes first", "write utf-32le or utf-32be"),
    (&["utf-7", "cp65000"], "is not carried: obsolete", "write utf-8"),
    (
        &["hz", "hz-gb-2312", "cp52936", "iso-2022-cn", "iso-2022-cn-ext", "cp50227", "cp50229"],
        "is not carried: an obsolete 7-bit form",
        "write gbk if the peer can read it",
    ),
    (
        &["iso-2022-kr", "cp50225"],
        "is not carried: an obsolete 7-bit form",
        "write euc-kr if the peer can read it",
    ),
    (&["ansi", "oem", "acp"], "is another charset on every machine", "name it, such as gbk or windows-1252"),
];

/// The charset of `label`.
pub(super) fn find(label: &str) -> Result<Charset, Problem> {
    let wanted = plain(label);
    if let Some(charset) = Charset::all().find(|c| labels(*c).any(|known| plain(known) == wanted)) {
        return Ok(charset);
    }
    let refused = REFUSED.iter().find(|(labels, ..)| labels.iter().any(|known| plain(known) == wanted));
    Err(match refused {
        Some((_, why, remedy)) => Problem::whole(label, format!("charset {label:?} {why}"), *remedy),
        None => Problem::whole(label, format!("unknown charset {label:?}"), suggestion(&wanted)),
    })
}

/// The name and the other labels.
pub(super) fn labels(charset: Charset) -> impl Iterator<Item = &'static str> {
    [charset.name()].into_iter().chain(charset.labels().iter().copied())
}

/// What counts of a label: a bare number is a code page.
pub(super) fn plain(label: &str) -> String {
    let mut plain: String = label.trim().chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
    plain.make_ascii_lowercase();
    if !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit()) {
        plain.insert_str(0, "cp");
    }
    plain
}

fn suggestion(wanted: &str) -> String {
    // A third of the letters wrong is still a slip; more is another word.
    let near = (wanted.chars().count() / 3).max(1);
    let known = Charset::all().flat_map(labels);
    match known.map(|label| (distance(wanted, &plain(label)), label)).min_by_key(|&(far, _)| far) {
        Some((far, label)) if far <= near => format!("did you mean {label}?"),
        _ => {
            let common = Charset::all().take(9).map(Charset::name).collect::<Vec<_>>().join(", ");
            format!("common ones are {common}; there are {} in all", Charset::all().len())
        }
    }
}

/// How many letters must be put in, taken out or changed to come from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut costs: Vec<usize> = (0..=b.len()).collect();
    for (row, from) in a.chars().enumerate() {
        let mut corner = row;
        costs[0] = row + 1;
        for (at, &to) in b.iter().enumerate() {
            let change = corner + usize::from(from != to);
            corner = costs[at + 1];
            costs[at + 1] = change.min(corner + 1).min(costs[at] + 1);
        }
    }
    costs[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_finds_its_own_row_and_no_other() {
        for charset in Charset::all() {
            for label in labels(charset) {
                assert_eq!(find(label), Ok(charset), "{label}");
                assert_eq!(find(&label.to_uppercase()), Ok(charset), "{label}");
                assert_eq!(find(&label.replace('-', "_")), Ok(charset), "{label}");
                let owners = Charset::all().filter(|c| labels(*c).any(|l| plain(l) == plain(label)));
                assert_eq!(owners.count(), 1, "{label}");
            }
        }
    }

    #[test]
    fn no_label_stands_twice_in_its_row() {
        for charset in Charset::all() {
            let mut seen = std::collections::HashSet::new();
            assert!(labels(charset).all(|label| seen.insert(plain(label))), "{charset}");
        }
    }

    #[test]
    fn labels_of_the_field() {
        for (label, name) in [
            ("gb2312", "gbk"),
            ("CP936", "gbk"),
            ("936", "gbk"),
            ("GB18030-2022", "gb18030"),
            ("big5_hkscs", "big5-hkscs"),
            ("sjis", "shift_jis"),
            ("ks_c_5601-1987", "euc-kr"),
            ("latin1", "iso-8859-1"),
            ("ISO8859-15", "iso-8859-15"),
            ("cp1251", "windows-1251"),
            ("TIS-620", "windows-874"),
            ("437", "cp437"),
            ("IBM850", "cp850"),
            ("utf8", "utf-8"),
            ("65001", "utf-8"),
            ("UTF_16LE", "utf-16le"),
        ] {
            assert_eq!(find(label).map(Charset::name), Ok(name), "{label}");
        }
    }

    #[test]
    fn refusals_say_what_would_be_right() {
        for (label, said) in [
            ("gbx", "unknown charset \"gbx\"; did you mean gbk?"),
            ("utf-9", "unknown charset \"utf-9\"; did you mean utf-8?"),
            ("iso-8859-12", "unknown charset \"iso-8859-12\"; did you mean iso-8859-1?"),
            ("windows-1259", "unknown charset \"windows-1259\"; did you mean windows-1252?"),
            ("utf-16", "charset \"utf-16\" does not say which byte comes first; write utf-16le or utf-16be"),
            (
                "ISO-2022-KR",
                "charset \"ISO-2022-KR\" is not carried: an obsolete 7-bit form; \
                 write euc-kr if the peer can read it",
            ),
            (
                "klingon",
                "unknown charset \"klingon\"; common ones are utf-8, gbk, gb18030, big5, big5-hkscs, \
                 shift_jis, euc-jp, iso-2022-jp, euc-kr; there are 60 in all",
            ),
        ] {
            assert_eq!(find(label).unwrap_err().to_string(), said);
        }
        for label in ["", "-", "hz-gb-2312", "iso-2022-cn", "utf-7", "auto", "replacement", "5"] {
            assert!(find(label).is_err(), "{label}");
        }
    }

    #[test]
    fn refused_labels_are_in_no_row() {
        for (labels_refused, ..) in REFUSED {
            for refused in *labels_refused {
                assert!(
                    !Charset::all().flat_map(labels).any(|known| plain(known) == plain(refused)),
                    "{refused}"
                );
            }
        }
    }

    #[test]
    fn distances() {
        for (a, b, far) in
            [("", "gbk", 3), ("gbx", "gbk", 1), ("sjsi", "sjis", 2), ("a", "a", 0), ("ab", "b", 1)]
        {
            assert_eq!(distance(a, b), far, "{a} {b}");
        }
    }
}
