//! Colours by meaning. No other file knows any.

use std::io::Write;

use anstyle::{AnsiColor, Style};

/// How each kind of thing is painted.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// When.
    pub time: Ink,
    /// The arrow of what was received.
    pub rx: Ink,
    /// The arrow of what was sent.
    pub tx: Ink,
    /// Who.
    pub peer: Ink,
    /// How long.
    pub length: Ink,
    /// Bytes as hex.
    pub hex: Ink,
    /// Bytes as text.
    pub text: Ink,
    /// What stands for a character that does not print or a byte that did not decode.
    pub escaped: Ink,
    /// What this program adds to the row in its own words.
    pub note: Ink,
    /// What a person should know about.
    pub warning: Ink,
    /// What went wrong.
    pub error: Ink,
    /// The name of what stands below it, on a screen that one moves about on.
    pub title: Ink,
    /// What is chosen there.
    pub chosen: Ink,
}

impl Palette {
    /// No colours: not one escape code is written.
    pub const fn plain() -> Self {
        const BARE: Ink = Ink { on: Vec::new(), off: Vec::new() };
        Self {
            time: BARE,
            rx: BARE,
            tx: BARE,
            peer: BARE,
            length: BARE,
            hex: BARE,
            text: BARE,
            escaped: BARE,
            note: BARE,
            warning: BARE,
            error: BARE,
            title: BARE,
            chosen: BARE,
        }
    }

    /// For a screen that one moves about on, without colours: what is chosen stands in reverse.
    pub fn bare() -> Self {
        let Self { title, chosen, .. } = Self::colour();
        Self { title, chosen, ..Self::plain() }
    }

    /// The colours of a terminal.
    pub fn colour() -> Self {
        Self {
            time: Ink::of(Style::new().dimmed()),
            rx: Ink::of(AnsiColor::Green.on_default()),
            tx: Ink::of(AnsiColor::Cyan.on_default()),
            peer: Ink::of(AnsiColor::Magenta.on_default()),
            length: Ink::of(Style::new().bold()),
            hex: Ink::of(AnsiColor::Blue.on_default().dimmed()),
            text: Ink::default(),
            escaped: Ink::of(AnsiColor::Red.on_default()),
            note: Ink::of(Style::new().dimmed()),
            warning: Ink::of(AnsiColor::Yellow.on_default().bold()),
            error: Ink::of(AnsiColor::Red.on_default().bold()),
            title: Ink::of(Style::new().bold()),
            chosen: Ink::of(Style::new().invert()),
        }
    }
}

/// The codes that begin and end a colour; nothing in a plain palette.
#[derive(Debug, Clone, Default)]
pub struct Ink {
    on: Vec<u8>,
    off: Vec<u8>,
}

impl Ink {
    /// Appends what `write` appends, in this colour.
    #[inline]
    pub fn paint<T>(&self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        self.begin(out);
        let result = write(out);
        self.end(out);
        result
    }

    /// Appends the code that begins the colour.
    #[inline]
    pub fn begin(&self, out: &mut Vec<u8>) {
        if !self.on.is_empty() {
            out.extend_from_slice(&self.on);
        }
    }

    /// Appends the code that ends the colour.
    #[inline]
    pub fn end(&self, out: &mut Vec<u8>) {
        if !self.off.is_empty() {
            out.extend_from_slice(&self.off);
        }
    }

    fn of(style: Style) -> Self {
        let mut ink = Self::default();
        write!(ink.on, "{}", style.render()).expect("a Vec takes everything");
        write!(ink.off, "{}", style.render_reset()).expect("a Vec takes everything");
        ink
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paint_puts_codes_around_and_plain_puts_none() {
        let mut out = Vec::new();
        Palette::colour().rx.paint(&mut out, |out| out.extend_from_slice(b"<-"));
        assert_eq!(out, b"\x1b[32m<-\x1b[0m");
        out.clear();
        Palette::plain().rx.paint(&mut out, |out| out.extend_from_slice(b"<-"));
        assert_eq!(out, b"<-");
    }
}
