//! Lines that end as the network's protocols want it: carriage return and line feed (RFC 5234 B.1).

/// Puts a carriage return before each line feed that has none, wherever the bytes are cut.
#[derive(Debug, Default)]
pub(crate) struct Crlf {
    /// The last byte so far was a carriage return.
    after_cr: bool,
}

impl Crlf {
    /// Puts them into `bytes`, which follow what was given before.
    pub(crate) fn end_lines(&mut self, bytes: &mut Vec<u8>) {
        let before = self.after_cr;
        self.after_cr = bytes.last().map_or(before, |last| *last == b'\r');
        if memchr::memchr(b'\n', bytes).is_none() {
            return;
        }
        let mut cr = before;
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 16 + 1);
        for byte in bytes.iter() {
            if *byte == b'\n' && !cr {
                out.push(b'\r');
            }
            out.push(*byte);
            cr = *byte == b'\r';
        }
        *bytes = out;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_feeds_get_a_carriage_return_wherever_the_bytes_are_cut() {
        let (given, want) = (b"\na\r\nb\n\n\rc\r\r\n\r", b"\r\na\r\nb\r\n\r\n\rc\r\r\n\r");
        for first in 0..=given.len() {
            for second in first..=given.len() {
                let mut crlf = Crlf::default();
                let mut all = Vec::new();
                for part in [&given[..first], &given[first..second], &given[second..]] {
                    let mut bytes = part.to_vec();
                    crlf.end_lines(&mut bytes);
                    all.extend(bytes);
                }
                assert_eq!(all, want, "cut at {first} and {second}");
            }
        }
    }
}
