//! Sequence numbers: 32 bits that go round (RFC 9293 section 3.4).

/// Whether `a` comes before `b`: less than half a round lies between them.
#[inline]
pub(super) fn before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

/// Whether `a` comes after `b`.
#[inline]
pub(super) fn after(a: u32, b: u32) -> bool {
    before(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_goes_round() {
        assert!(before(1, 2) && after(2, 1));
        assert!(before(u32::MAX, 0) && after(5, u32::MAX - 5));
        assert!(!before(7, 7) && !after(7, 7));
    }
}
