//! Which characters show as themselves, and what stands for the others.

use unicode_width::UnicodeWidthChar;

use crate::hex;

/// Whether a character shows as itself.
#[inline]
pub(super) fn prints(character: char) -> bool {
    match character {
        '\\' => false,
        ' '..='~' => true,
        _ => prints_beyond_ascii(character),
    }
}

fn prints_beyond_ascii(character: char) -> bool {
    match character {
        '\u{3000}'..='\u{303e}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => true,
        '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff60}' => true,
        // Invisible though they count as letters or marks; bytes have been smuggled in them.
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' => false,
        '\u{3164}' | '\u{ffa0}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => false,
        _ => {
            // The standard library knows what prints but tells it only through this; the letter in front
            // keeps it from escaping marks that combine with a letter.
            let mut pair = [b'a'; 5];
            let len = 1 + character.encode_utf8(&mut pair[1..]).len();
            std::str::from_utf8(&pair[..len]).is_ok_and(|pair| pair.escape_debug().count() == 2)
        }
    }
}

/// Display columns of a character that prints.
#[inline]
pub(super) fn columns(character: char) -> usize {
    if character.is_ascii() { 1 } else { character.width().unwrap_or(0) }
}

/// Appends a character as it is.
#[inline]
pub(super) fn push(character: char, out: &mut Vec<u8>) {
    if character.is_ascii() {
        out.push(character as u8);
    } else {
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// Appends what stands for a character that does not print.
pub(super) fn escape(character: char, out: &mut Vec<u8>) {
    let short = match character {
        '\r' => b'r',
        '\n' => b'n',
        '\t' => b't',
        '\\' => b'\\',
        _ if character.is_ascii() => return undecoded(character as u8, out),
        _ => {
            out.extend_from_slice(b"\\u{");
            for place in (0..digits(character)).rev() {
                let digit = char::from_digit(character as u32 >> (4 * place) & 15, 16);
                push(digit.unwrap_or('0'), out);
            }
            return out.push(b'}');
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Columns of what [`escape`] appends.
pub(super) fn escape_columns(character: char) -> usize {
    match character {
        '\r' | '\n' | '\t' | '\\' => 2,
        _ if character.is_ascii() => UNDECODED,
        _ => 4 + digits(character) as usize,
    }
}

/// Appends what stands for a byte that did not decode.
#[inline]
pub(super) fn undecoded(byte: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\\x");
    hex::byte(byte, out);
}

/// Columns of what [`undecoded`] appends.
pub(super) const UNDECODED: usize = 4;

fn digits(character: char) -> u32 {
    (u32::BITS - (character as u32).leading_zeros()).div_ceil(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_print_is_known() {
        for hidden in ['\\', '\0', '\x1b', '\x7f', '\u{9b}', '\u{ad}', '\u{200d}', '\u{200f}', '\u{202e}']
            .into_iter()
            .chain(['\u{2028}', '\u{2067}', '\u{feff}', '\u{fe0f}', '\u{e000}', '\u{e0041}', '\u{3164}'])
        {
            assert!(!prints(hidden), "{hidden:?}");
        }
        for seen in ['a', ' ', '"', 'é', '你', '　', '，', 'あ', '한', '\u{301}', 'ก', '\u{e34}', '🦀', '€']
        {
            assert!(prints(seen), "{seen:?}");
        }
    }

    #[test]
    fn escapes_are_as_wide_as_they_say() {
        let want = [('\n', "\\n"), ('\x1b', "\\x1b"), ('\u{9b}', "\\u{9b}"), ('\u{e0041}', "\\u{e0041}")];
        for (character, text) in want {
            let mut out = Vec::new();
            escape(character, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
            assert_eq!(escape_columns(character), text.len());
        }
    }
}
