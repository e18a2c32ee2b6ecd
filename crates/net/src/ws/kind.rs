//! Text or binary: of what is sent, and nobody said which.
//!
//! A server in a browser's language gets strings for text and buffers for binary, and many take only one of
//! them. What a person types is text, so it goes as text; bytes that no one would type, a control character
//! among them or no UTF-8, go as binary. An echo keeps the kind of what it answers.

use tungstenite::{Bytes, Message};

/// The message to send; `text` where it is known what it is to be.
pub(super) fn message(bytes: &[u8], text: Option<bool>) -> Message {
    match std::str::from_utf8(bytes) {
        Ok(words) if text.unwrap_or_else(|| is_typed(words)) => Message::text(words),
        _ => Message::Binary(Bytes::copy_from_slice(bytes)),
    }
}

/// Whether a person could have typed it.
fn is_typed(words: &str) -> bool {
    words.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_typed_is_text() {
        for (bytes, text) in [
            (&b"{\"a\": 1}\r\n"[..], true),
            ("你好\t".as_bytes(), true),
            (b"", true),
            (b"\xc4\xe3", false),
            (b"a\0", false),
            (b"\x1b[31m", false),
        ] {
            assert_eq!(message(bytes, None).is_text(), text, "{bytes:?}");
            assert_eq!(message(bytes, None).into_data(), bytes);
            assert!(message(bytes, Some(false)).is_binary());
        }
        assert!(message(b"a\0", Some(true)).is_text());
        assert!(message(b"\xff", Some(true)).is_binary(), "text is UTF-8 (RFC 6455 section 5.6)");
    }
}
