//! Numbers in network order.

/// The 16 bits at `at`, where they are there.
#[inline]
pub(super) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The 32 bits at `at`, where they are there.
#[inline]
pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The `N` bytes at `at`, where they are there.
#[inline]
pub(super) fn take<const N: usize>(bytes: &[u8], at: usize) -> Option<&[u8; N]> {
    bytes.get(at..)?.first_chunk()
}

/// The IPv4 address at `at`, where it is there.
#[inline]
pub(super) fn v4(bytes: &[u8], at: usize) -> Option<std::net::IpAddr> {
    take::<4>(bytes, at).map(|octets| std::net::IpAddr::from(*octets))
}

/// The IPv6 address at `at`, where it is there.
#[inline]
pub(super) fn v6(bytes: &[u8], at: usize) -> Option<std::net::IpAddr> {
    take::<16>(bytes, at).map(|octets| std::net::IpAddr::from(*octets))
}
