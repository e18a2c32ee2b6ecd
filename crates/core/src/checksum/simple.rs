//! The checksums that are no CRC.

/// The sum of all bytes, modulo 256.
pub(super) fn sum8(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0u8, |sum, &b| sum.wrapping_add(b)).into()
}

/// All bytes in exclusive or; also called BCC.
pub(super) fn xor8(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0u8, |sum, &b| sum ^ b).into()
}

/// The two's complement of [`sum8`] (MODBUS over Serial Line V1.02, 2.5.2.2).
pub(super) fn lrc(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0u8, |sum, &b| sum.wrapping_sub(b)).into()
}

/// The Internet checksum (RFC 1071): the complement of the one's complement sum of big-endian 16-bit
/// words; an odd last byte is the high half of its word.
pub(super) fn inet(bytes: &[u8]) -> u128 {
    let (words, rest) = bytes.as_chunks::<2>();
    let mut sum: u64 = words.iter().map(|&word| u64::from(u16::from_be_bytes(word))).sum();
    sum += rest.first().map_or(0, |&b| u64::from(b) << 8);
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    u128::from(!sum & 0xffff)
}

/// Fletcher's checksum over bytes, modulo 255 (J. Fletcher, IEEE Trans. Commun. COM-30, 1982; the sum
/// of sums in the high byte).
pub(super) fn fletcher16(bytes: &[u8]) -> u128 {
    let (mut low, mut high) = (0u32, 0u32);
    for &byte in bytes {
        low = (low + u32::from(byte)) % 255;
        high = (high + low) % 255;
    }
    u128::from(high << 8 | low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples() {
        assert_eq!(inet(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), 0x220d, "RFC 1071, 3");
        assert_eq!(inet(&[0xff]), 0x00ff, "an odd byte is the high half");
        assert_eq!(fletcher16(b"abcde"), 0xc8f0);
        assert_eq!(fletcher16(b"abcdef"), 0x2057);
        assert_eq!(lrc(&[0xf7, 0x03, 0x13, 0x89, 0x00, 0x0a]), 0x60, "Modbus ASCII");
    }

    #[test]
    fn nothing_has_a_checksum_too() {
        assert_eq!([sum8(b""), xor8(b""), lrc(b""), inet(b""), fletcher16(b"")], [0, 0, 0, 0xffff, 0]);
    }
}
