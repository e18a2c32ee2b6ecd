//! Where a person is at home, from a locale, and what bytes there were before UTF-8.

use super::Charset;
use super::table::named;

/// What a locale says about bytes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Home {
    /// The charsets of the place, the likeliest first; none if statistics must say.
    pub(super) charsets: &'static [Charset],
    /// The country's top-level domain, which the statistics take as a hint.
    pub(super) domain: Option<[u8; 2]>,
}

const BIG5: Charset = named("big5");
const TRADITIONAL: &[Charset] = &[BIG5, Charset::GBK];

/// Languages whose usual country or whose charset their own code does not tell.
const HOMES: &[(&str, &[u8; 2], &[Charset])] = &[
    ("zh", b"cn", &[Charset::GBK, BIG5]),
    ("ja", b"jp", &[named("shift_jis"), named("euc-jp")]),
    ("ko", b"kr", &[named("euc-kr")]),
    ("ru", b"ru", &[named("windows-1251")]),
    ("uk", b"ua", &[named("windows-1251")]),
    ("be", b"by", &[named("windows-1251")]),
    ("bg", b"bg", &[named("windows-1251")]),
    ("th", b"th", &[named("windows-874")]),
    ("ar", b"sa", &[]),
    ("cs", b"cz", &[]),
    ("da", b"dk", &[]),
    ("el", b"gr", &[]),
    ("et", b"ee", &[]),
    ("fa", b"ir", &[]),
    ("he", b"il", &[]),
    ("sl", b"si", &[]),
    ("sr", b"rs", &[]),
    ("sv", b"se", &[]),
    ("vi", b"vn", &[]),
];

impl Home {
    /// The home of a locale such as `zh_CN.UTF-8`, `zh-Hant-TW`, `ja` or `C`.
    pub(super) fn new(locale: &str) -> Self {
        let plain = locale.split(['.', '@']).next().unwrap_or("").to_ascii_lowercase();
        let mut parts = plain.split(['_', '-']);
        let language = parts.next().unwrap_or("");
        let rest: Vec<&str> = parts.collect();
        let region = rest.iter().find_map(|part| two_letters(part));
        if language == "zh" && is_traditional(&rest) {
            return Self { charsets: TRADITIONAL, domain: region.or(Some(*b"tw")) };
        }
        match HOMES.iter().find(|(known, ..)| *known == language) {
            Some(&(_, country, charsets)) => Self { charsets, domain: region.or(Some(*country)) },
            // English text rarely leaves ASCII: it says nothing about the bytes that do.
            None if language == "en" => Self { charsets: &[], domain: None },
            None => Self { charsets: &[], domain: region.or_else(|| two_letters(language)) },
        }
    }
}

fn is_traditional(rest: &[&str]) -> bool {
    let simplified = rest.contains(&"hans");
    !simplified && rest.iter().any(|part| matches!(*part, "tw" | "hk" | "mo" | "hant"))
}

fn two_letters(part: &str) -> Option<[u8; 2]> {
    let bytes: [u8; 2] = part.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_lowercase).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_in_every_spelling() {
        for (locale, first, domain) in [
            ("zh_CN.UTF-8", Some("gbk"), Some(b"cn")),
            ("zh", Some("gbk"), Some(b"cn")),
            ("zh-Hans-HK", Some("gbk"), Some(b"hk")),
            ("zh-TW", Some("big5"), Some(b"tw")),
            ("zh_HK.BIG5-HKSCS", Some("big5"), Some(b"hk")),
            ("ZH-Hant", Some("big5"), Some(b"tw")),
            ("ja_JP.eucJP", Some("shift_jis"), Some(b"jp")),
            ("ko", Some("euc-kr"), Some(b"kr")),
            ("ru_RU@x", Some("windows-1251"), Some(b"ru")),
            ("pl", None, Some(b"pl")),
            ("de_AT", None, Some(b"at")),
            ("cs", None, Some(b"cz")),
            ("en_GB.UTF-8", None, None),
            ("C.UTF-8", None, None),
            ("POSIX", None, None),
            ("", None, None),
            ("你好_你", None, None),
        ] {
            let home = Home::new(locale);
            assert_eq!(home.charsets.first().map(|c| c.name()), first, "{locale}");
            assert_eq!(home.domain.as_ref(), domain, "{locale}");
        }
    }
}
