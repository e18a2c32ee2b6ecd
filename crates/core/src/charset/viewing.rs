//! The charset in which received bytes are shown: chosen, or found out message by message.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::home::Home;
use super::table::{Coder, named};
use super::{Charset, Decoder, Piece};
use crate::problem::Problem;

/// The charset in which received bytes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Viewing {
    /// This one, whatever comes.
    Chosen(Charset),
    /// UTF-8 where the bytes are UTF-8, else the likeliest.
    Auto(Guess),
}

impl Viewing {
    /// The viewing of `auto` or of a charset's label; `locale` is where the person is at home.
    pub fn find(label: &str, locale: &str) -> Result<Self, Problem> {
        if label.trim().eq_ignore_ascii_case("auto") {
            return Ok(Self::Auto(Guess::new(locale)));
        }
        Charset::find(label).map(Self::Chosen)
    }

    /// The charset for `bytes`, and whether it is a guess.
    pub fn resolve(&self, bytes: &[u8]) -> (Charset, bool) {
        match self {
            Self::Chosen(charset) => (*charset, false),
            Self::Auto(guess) => guess.resolve(bytes),
        }
    }
}

/// How to guess, for a person at home somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Guess {
    home: Home,
}

impl Guess {
    /// A guess for a locale or language tag such as `zh_CN.UTF-8`, `zh-TW` or `ja`; empty if unknown.
    pub fn new(locale: &str) -> Self {
        Self { home: Home::new(locale) }
    }

    /// The charset for `bytes`, and whether it is a guess.
    ///
    /// Valid UTF-8 is UTF-8 and no guess, and so is what looks like no text at all: its odd bytes are
    /// best shown as numbers. Otherwise the charsets of the place come first, if all of `bytes` decode
    /// or all but a speck of a long text; then what statistics say; then Western European. A character
    /// cut off at the end counts for nothing.
    pub fn resolve(&self, bytes: &[u8]) -> (Charset, bool) {
        if str::from_utf8(bytes).is_ok() || is_binary(bytes) {
            return (Charset::UTF_8, false);
        }
        if is_cut_utf8(bytes) {
            return (Charset::UTF_8, true);
        }
        let homely = self.homely(bytes);
        let fits = |wanted: fn(&Fit) -> bool| move |charset: &Charset| wanted(&Fit::new(*charset, bytes));
        let local = || homely.into_iter().flatten();
        let found = (local().find(fits(Fit::is_good)))
            .or_else(|| local().find(fits(Fit::is_good_but_for_a_speck)))
            .or_else(|| self.foreign(bytes).into_iter().flatten().find(fits(Fit::is_good)))
            .or_else(|| local().find(fits(Fit::is_fair)));
        found.map_or((Charset::UTF_8, false), |charset| (charset, true))
    }

    /// The charsets of the place, the likeliest first.
    fn homely(&self, bytes: &[u8]) -> [Option<Charset>; 2] {
        let Home { charsets, domain } = self.home;
        if charsets.is_empty() && domain.is_none() {
            return [is_common_hanzi(bytes).then_some(Charset::GBK), None];
        }
        let (first, second) = (charsets.first().copied(), charsets.get(1).copied());
        // Between Shift_JIS and EUC-JP nothing but statistics can tell. Of Chinese they know too little:
        // a short message in GBK is often Big5 to them.
        let swapped = domain == Some(*b"jp") && self.counted(bytes) == second;
        if swapped { [second, first] } else { [first, second] }
    }

    /// The charsets from elsewhere.
    fn foreign(&self, bytes: &[u8]) -> [Option<Charset>; 2] {
        let counted = self.home.domain.and_then(|_| self.counted(bytes));
        [counted, Some(WINDOWS_1252)]
    }

    /// What statistics say.
    fn counted(&self, bytes: &[u8]) -> Option<Charset> {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        let domain = self.home.domain;
        let found = detector.guess(domain.as_ref().map(<[u8; 2]>::as_slice), Utf8Detection::Deny);
        Charset::all().find(|charset| matches!(charset.row().coder, Coder::Web(one) if one == found))
    }
}

const WINDOWS_1252: Charset = named("windows-1252");

/// How well bytes decode in a charset.
#[derive(Default)]
struct Fit {
    /// Characters beyond ASCII.
    foreign: usize,
    /// Bytes that did not decode and characters that nobody types.
    odd: usize,
    /// Bytes of a character cut off at the end.
    cut: usize,
}

impl Fit {
    fn new(charset: Charset, bytes: &[u8]) -> Self {
        let mut fit = Self::default();
        let mut decoder = Decoder::new(charset);
        decoder.feed(bytes, false, |piece| match piece {
            Piece::Text(text) => {
                fit.foreign += text.chars().filter(|c| !c.is_ascii()).count();
                fit.odd += text.chars().filter(|&c| is_untyped(c)).count();
            }
            Piece::Invalid(bytes) => fit.odd += bytes.len(),
        });
        decoder.feed(&[], true, |piece| {
            if let Piece::Invalid(bytes) = piece {
                fit.cut += bytes.len();
            }
        });
        fit
    }

    /// A cut at the end is believed where a whole character came before.
    fn is_good(&self) -> bool {
        self.odd == 0 && (self.cut == 0 || self.foreign > 0)
    }

    fn is_good_but_for_a_speck(&self) -> bool {
        self.odd > 0 && self.odd * 16 <= self.foreign
    }

    fn is_fair(&self) -> bool {
        self.foreign > 0 && self.odd * 4 <= self.foreign
    }
}

/// Private use, and the control characters from U+0080.
fn is_untyped(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9F}' | '\u{E000}'..='\u{F8FF}')
}

/// Whether it is UTF-8 but for a character cut off at the end. One letter of two bytes before the cut is
/// no evidence: half-width katakana in Shift_JIS look so.
fn is_cut_utf8(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_err_and(|e| {
        let foreign = bytes[..e.valid_up_to()].iter().filter(|b| !b.is_ascii()).count();
        e.error_len().is_none() && foreign > 2
    })
}

/// Whether there are more control characters than in any text, zeros at the end aside: those fill up
/// fields of a fixed size.
fn is_binary(bytes: &[u8]) -> bool {
    let end = bytes.iter().rposition(|&b| b != 0).map_or(0, |at| at + 1);
    let count = |is: fn(&u8) -> bool| bytes[..end].iter().filter(|b| is(b)).count();
    let controls = count(|b| matches!(b, 0..=0x06 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F));
    controls > 2 + end / 32 || controls > count(|b| !b.is_ascii())
}

/// Whether all beyond ASCII are pairs from GB 2312's first level, the 3755 commonest characters, or its
/// rows of punctuation and full-width letters.
fn is_common_hanzi(mut bytes: &[u8]) -> bool {
    loop {
        match bytes {
            [] => return true,
            [0..0x80, rest @ ..]
            | [0xB0..=0xD6, 0xA1..=0xFE, rest @ ..]
            | [0xD7, 0xA1..=0xF9, rest @ ..]
            | [0xA1 | 0xA3, 0xA1..=0xFE, rest @ ..] => bytes = rest,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::charset::Unmappable;

    fn guessed(locale: &str, bytes: &[u8]) -> (&'static str, bool) {
        let (charset, guess) = Guess::new(locale).resolve(bytes);
        (charset.name(), guess)
    }

    #[test]
    fn words_in_the_charset_of_the_place() {
        for (locale, name, text) in [
            ("zh_CN.UTF-8", "gbk", "你好"),
            ("zh", "gbk", "温度 25 度"),
            ("zh_CN", "gbk", "龘"),
            ("zh_TW", "big5", "你好"),
            ("zh-HK", "big5", "溫度 25 度"),
            ("ja", "shift_jis", "こんにちは"),
            ("ja_JP.UTF-8", "euc-jp", "こんにちは、世界"),
            ("ja", "shift_jis", "ﾃｽﾄ"),
            ("ko", "euc-kr", "안녕하세요"),
            ("ru", "windows-1251", "Привет"),
            ("uk_UA", "windows-1251", "Привіт"),
            ("th", "windows-874", "สวัสดี"),
            ("de", "windows-1252", "Grüße aus Köln"),
            ("pl_PL", "windows-1250", "zażółć gęślą jaźń"),
            ("", "gbk", "你好，世界！"),
            ("C", "gbk", "温度 25 度"),
            ("", "windows-1252", "café"),
            ("en_US.UTF-8", "windows-1252", "naïve café"),
        ] {
            let mut bytes = Vec::new();
            Charset::find(name).unwrap().encode(text, &Unmappable::Refuse, &mut bytes).unwrap();
            assert_eq!(guessed(locale, &bytes), (name, true), "{locale} {text}");
            assert_eq!(guessed(locale, text.as_bytes()), ("utf-8", false), "{locale} {text}");
        }
    }

    #[test]
    fn another_charset_is_guessed_where_the_places_own_does_not_decode() {
        for locale in ["zh_CN", "ja", "ko"] {
            let (charset, _) = Guess::new(locale).resolve(b"caf\xe9");
            assert!(Fit::new(charset, b"caf\xe9").is_good(), "{locale} {charset}");
        }
    }

    #[test]
    fn a_cut_end_does_not_change_the_guess() {
        assert_eq!(guessed("zh", b"\xc4\xe3\xba"), ("gbk", true));
        assert_eq!(guessed("zh", "你好".as_bytes().split_last().unwrap().1), ("utf-8", true));
        assert_eq!(guessed("", "naïve, naïve …".as_bytes().split_last().unwrap().1), ("utf-8", true));
    }

    #[test]
    fn a_little_noise_does_not_change_the_guess() {
        assert_eq!(guessed("zh", b"\x02\xc4\xe3\xba\xc3\x03"), ("gbk", true));
        assert_eq!(guessed("zh", b"\xc4\xe3\xba\xc3\0\0\0\0\0\0\0\0"), ("gbk", true));
        let mut noisy = b"\xc4\xe3\xba\xc3".repeat(9);
        noisy.push(0xFF);
        noisy.extend(b"\xc4\xe3");
        assert_eq!(guessed("zh", &noisy), ("gbk", true));
    }

    #[test]
    fn what_is_no_text_is_not_guessed() {
        for bytes in [
            &b"\x01\x03\0\0\0\x0a\xc5\xcd"[..],
            b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01",
            b"\xff\0\0\x01\x80",
        ] {
            for locale in ["zh_CN", "ja", "", "de"] {
                assert_eq!(guessed(locale, bytes), ("utf-8", false), "{locale} {bytes:02x?}");
            }
        }
        assert_eq!(guessed("zh", b""), ("utf-8", false));
        assert_eq!(guessed("zh", b"\0\0"), ("utf-8", false));
    }

    #[test]
    fn a_chosen_charset_stays() {
        let chosen = Viewing::find("GBK", "ja").unwrap();
        assert_eq!(chosen, Viewing::Chosen(Charset::GBK));
        assert_eq!(chosen.resolve("é".as_bytes()), (Charset::GBK, false));
        assert_eq!(Viewing::find("Auto", "zh"), Ok(Viewing::Auto(Guess::new("zh"))));
        assert_eq!(
            Viewing::find("gbx", "zh").unwrap_err().to_string(),
            "unknown charset \"gbx\"; did you mean gbk?"
        );
    }

    proptest! {
        #[test]
        fn a_guess_decodes_if_any_candidate_does(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x80_u8..], 0..12),
            locale in prop::sample::select(&["zh", "zh_TW", "ja", "ko", "ru", "de", "pl", "en", ""][..]),
        ) {
            let guess = Guess::new(locale);
            let (charset, guessed) = guess.resolve(&bytes);
            if guessed && !Fit::new(charset, &bytes).is_good() {
                // So few bytes are no long text with a speck.
                let mut others = guess.homely(&bytes).into_iter().chain(guess.foreign(&bytes)).flatten();
                prop_assert!(!others.any(|other| Fit::new(other, &bytes).is_good()));
            }
            if !guessed {
                prop_assert_eq!(charset, Charset::UTF_8);
            }
        }
    }
}
