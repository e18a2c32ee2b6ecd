//! Appending JSON: objects, keys and strings.

use sockscope_core::facts::{Peer, Stamp};

use crate::time::Utc;
use crate::{address, hex, number};

/// A JSON object that is being appended.
#[derive(Debug)]
pub struct Object<'o> {
    out: &'o mut Vec<u8>,
    first: bool,
}

impl<'o> Object<'o> {
    /// Begins an object.
    #[inline]
    pub fn begin(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, first: true }
    }

    /// Fields to be copied into an object later, with [`Object::fields`].
    pub(super) fn inside(out: &'o mut Vec<u8>) -> Self {
        Self { out, first: true }
    }

    /// Appends fields that were written apart.
    #[inline]
    pub(super) fn fields(&mut self, fields: &[u8]) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        self.out.extend_from_slice(fields);
    }

    /// Ends the object.
    #[inline]
    pub fn end(self) {
        self.out.push(b'}');
    }

    /// Appends a key; the value is to follow.
    #[inline]
    pub fn key(&mut self, key: &'static str) -> &mut Vec<u8> {
        self.out.extend_from_slice(if self.first { b"\"" } else { b",\"" });
        self.first = false;
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// Appends a whole number.
    #[inline]
    pub fn number(&mut self, key: &'static str, value: u64) {
        number::decimal(value, self.key(key));
    }

    /// Appends a whole number, where it is known.
    #[inline]
    pub fn fact(&mut self, key: &'static str, value: Option<impl Into<u64>>) {
        if let Some(value) = value {
            self.number(key, value.into());
        }
    }

    /// Appends nanoseconds as microseconds with up to three decimals.
    #[inline]
    pub fn micros(&mut self, key: &'static str, value: std::time::Duration) {
        number::thousandths(u64::try_from(value.as_nanos()).unwrap_or(u64::MAX), self.key(key));
    }

    /// Appends a time in microseconds, where it is known.
    pub fn micros_known(&mut self, key: &'static str, value: Option<std::time::Duration>) {
        if let Some(value) = value {
            self.micros(key, value);
        }
    }

    /// Appends a string, where it is known; an empty one tells nothing.
    pub fn known(&mut self, key: &'static str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.text(key, value);
        }
    }

    /// Appends an array of strings, unless it is empty.
    pub fn texts(&mut self, key: &'static str, values: &[String]) {
        if values.is_empty() {
            return;
        }
        let out = self.key(key);
        for (number, value) in values.iter().enumerate() {
            out.push(if number == 0 { b'[' } else { b',' });
            quoted(value, out);
        }
        out.push(b']');
    }

    /// Appends a string.
    #[inline]
    pub fn text(&mut self, key: &'static str, value: &str) {
        quoted(value, self.key(key));
    }

    /// Appends a string that is known to need no escaping.
    #[inline]
    pub(super) fn word(&mut self, key: &'static str, value: &'static str) {
        let out = self.key(key);
        out.push(b'"');
        out.extend_from_slice(value.as_bytes());
        out.push(b'"');
    }

    /// Appends a truth value.
    #[inline]
    pub fn flag(&mut self, key: &'static str, value: bool) {
        self.key(key).extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// Appends an address, where it is known.
    #[inline]
    pub fn peer(&mut self, key: &'static str, value: Option<Peer>) {
        if let Some(value) = value {
            let out = self.key(key);
            match value.inet() {
                Some(_) => {
                    out.push(b'"');
                    address::peer(value, out);
                    out.push(b'"');
                }
                None => quoted(&value.to_string(), out),
            }
        }
    }

    /// Appends a time in UTC (RFC 3339) with nine decimals, where it is known.
    pub fn time_known(&mut self, key: &'static str, value: Option<Stamp>) {
        if let Some(value) = value {
            let out = self.key(key);
            out.push(b'"');
            Utc::default().rfc3339_nanos(value, out);
            out.push(b'"');
        }
    }

    /// Appends an object.
    pub fn object(&mut self, key: &'static str, fields: impl FnOnce(&mut Object<'_>)) {
        let mut object = Object::begin(self.key(key));
        fields(&mut object);
        object.end();
    }
}

/// Appends a string in quotes.
#[inline]
pub(crate) fn quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    escaped(text, out);
    out.push(b'"');
}

/// Appends the inside of a string. Besides what JSON asks for, everything is escaped with which text could
/// steer the terminal that a line is printed on: C1 controls and controls of writing direction.
#[inline]
pub(super) fn escaped(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut kept = 0;
    let mut at = 0;
    while at < bytes.len() {
        if !NEEDS_A_LOOK[usize::from(bytes[at])] {
            at += 1;
            continue;
        }
        let character = text[at..].chars().next().unwrap_or_default();
        let next = at + character.len_utf8();
        if steers(character) {
            out.extend_from_slice(&bytes[kept..at]);
            escape(character, out);
            kept = next;
        }
        at = next;
    }
    out.extend_from_slice(&bytes[kept..]);
}

/// First bytes of the characters that [`steers`] may be true of.
const NEEDS_A_LOOK: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table[0x7f] = true;
    table[0xc2] = true;
    table[0xd8] = true;
    table[0xe2] = true;
    table
};

fn steers(character: char) -> bool {
    matches!(
        character,
        '\0'..='\x1f'
            | '"'
            | '\\'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

fn escape(character: char, out: &mut Vec<u8>) {
    let short = match character {
        '"' => b'"',
        '\\' => b'\\',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        _ => {
            out.extend_from_slice(b"\\u");
            hex::byte((character as u32 >> 8) as u8, out);
            return hex::byte(character as u8, out);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_back_as_they_were() {
        let odd = "\0\x1b[2J\"\\\r\n\t\u{7f}\u{9b}31m\u{61c}\u{200e}\u{2028}\u{202e}\u{2069} é 你好 € 🦀";
        let mut out = Vec::new();
        quoted(odd, &mut out);
        let line = String::from_utf8(out).unwrap();
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), odd);
        assert!(!line.chars().any(|c| c.is_control() || ('\u{2028}'..='\u{2069}').contains(&c)), "{line}");
        assert!(line.ends_with(" é 你好 € 🦀\""), "{line}");
    }
}
