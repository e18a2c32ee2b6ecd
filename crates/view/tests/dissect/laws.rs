//! Whatever the bytes are.

use proptest::collection::vec;
use proptest::prelude::*;
use sockscope_view::dissect::{Decoded, Link, decode};

/// Every link, and one that nothing is known of.
pub(crate) const LINKS: [u16; 9] = [0, 1, 101, 108, 113, 228, 229, 276, 147];

/// Layers lie within the packet and follow each other.
fn check(decoded: &Decoded<'_>) {
    let mut at = 0;
    for layer in decoded.layers() {
        assert!(layer.at >= at && layer.at <= layer.end, "{decoded:?}");
        assert!(layer.range().end <= decoded.bytes.len() && layer.end <= decoded.wire_len, "{decoded:?}");
        at = layer.range().end as u32;
    }
    assert!(decoded.payload.len() <= decoded.payload_len as usize, "{decoded:?}");
    let there = decoded.bytes.get(decoded.payload_at as usize..).unwrap_or_default();
    assert!(decoded.payload.is_empty() || there.starts_with(decoded.payload), "{decoded:?}");
}

proptest! {
    #[test]
    fn bytes_of_any_kind_are_walked_through(link in 0..LINKS.len(), bytes in vec(any::<u8>(), 0..200), more in 0u32..9) {
        check(&decode(Link::from_number(LINKS[link]), &bytes, bytes.len() as u32 + more));
    }
}
