//! The options at the end of a block of pcapng.

use super::order::Order;

/// `opt_comment`, which every block may have.
const COMMENT: u16 = 1;

/// The options of a block, in the order in which they stand: their numbers and values, padding taken off
/// (draft-ietf-opsawg-pcapng, section 3.5). What a number means depends on the block, but that 1 is a comment.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    rest: &'a [u8],
    order: Order,
    broken: bool,
}

impl<'a> Options<'a> {
    pub(super) fn new(bytes: &'a [u8], order: Order) -> Self {
        Self { rest: bytes, order, broken: false }
    }

    /// Whether what was gone through ended in something that is no option. There need not be an end mark.
    pub(super) fn broken(&self) -> bool {
        self.broken
    }

    /// The comments among them: UTF-8, as the format wants it, but as the bytes that are there.
    pub fn comments(self) -> impl Iterator<Item = &'a [u8]> {
        self.filter(|(code, _)| *code == COMMENT).map(|(_, value)| value)
    }
}

impl<'a> Iterator for Options<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = std::mem::take(&mut self.rest);
        if rest.len() < 4 {
            self.broken |= !rest.is_empty();
            return None;
        }
        let (code, len) = (self.order.u16(rest, 0), usize::from(self.order.u16(rest, 2)));
        if code == 0 {
            return None;
        }
        let Some(value) = rest.get(4..4 + len) else {
            self.broken = true;
            return None;
        };
        self.rest = rest.get(4 + len.next_multiple_of(4)..).unwrap_or_default();
        Some((code, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<(u16, &[u8])>, bool) {
        let mut options = Options::new(bytes, Order::Big);
        let found = options.by_ref().collect();
        (found, options.broken())
    }

    #[test]
    fn options_end_at_their_mark_or_with_the_block() {
        let two: &[(u16, &[u8])] = &[(1, b"abc"), (9, &[])];
        assert_eq!(read(b"\0\x01\0\x03abc\0\0\x09\0\0"), (two.to_vec(), false));
        assert_eq!(read(b"\0\x01\0\x03abc\0\0\x09\0\0\0\0\0\0junk"), (two.to_vec(), false));
        assert_eq!(read(b""), (vec![], false));
    }

    #[test]
    fn what_is_no_option_ends_them_and_is_known() {
        assert_eq!(read(b"\0\x01\0\x03abc\0\0\x09\0\x05abcd"), (vec![(1, &b"abc"[..])], true));
        assert_eq!(read(b"\0\x01\0"), (vec![], true));
    }

    #[test]
    fn comments_are_found_among_others() {
        let bytes = b"\0\x02\0\x01x\0\0\0\0\x01\0\x02hi\0\0\0\x01\0\x01!\0\0\0";
        let comments: Vec<_> = Options::new(bytes, Order::Big).comments().collect();
        assert_eq!(comments, [&b"hi"[..], b"!"]);
    }
}
