//! The languages that people are spoken to in.

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Lang {
    /// All of them, by the word that they are chosen with.
    pub const ALL: [(&'static str, Self); 2] = [("en", Self::En), ("zh", Self::Zh)];

    /// That of a locale such as `zh_CN.UTF-8`; English where it is neither.
    pub fn of_locale(locale: &str) -> Self {
        if locale.starts_with("zh") { Self::Zh } else { Self::En }
    }

    /// What is said in this language.
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}
