//! Socket addresses as the kernel reads and writes them.

use std::mem::{offset_of, size_of, zeroed};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::ptr;

use libc::{c_int, sockaddr_in, sockaddr_in6, sockaddr_storage, sockaddr_un};
use sockscope_core::facts::{Peer, UnixName};

use super::control::read;
use crate::address;

/// Where the name begins in a Unix-domain address.
const PATH: usize = offset_of!(sockaddr_un, sun_path);

/// The peer of a socket address of `len` bytes that the kernel wrote; none where it wrote none.
#[inline]
pub(super) fn peer(name: &sockaddr_storage, len: u32) -> Option<Peer> {
    // SAFETY: a sockaddr_storage is at least as long as any socket address and aligned for it.
    let bytes = unsafe {
        std::slice::from_raw_parts(ptr::from_ref(name).cast::<u8>(), size_of::<sockaddr_storage>())
    };
    let bytes = bytes.get(..len as usize).filter(|bytes| !bytes.is_empty())?;
    match socket_address(bytes) {
        Some(address) => Some(Peer::Inet(address::plain(address))),
        None => unix_name(bytes).map(Peer::Unix),
    }
}

/// A path ends at its NUL, an abstract name where the address does, and an unnamed one has neither.
fn unix_name(bytes: &[u8]) -> Option<UnixName> {
    let family = u16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?);
    if c_int::from(family) != libc::AF_UNIX {
        return None;
    }
    let name = bytes.get(PATH..).unwrap_or_default();
    let path = name.split(|byte| *byte == 0).next().unwrap_or_default();
    Some(UnixName::new(if name.first() == Some(&0) { name } else { path }))
}

#[inline]
pub(super) fn socket_address(bytes: &[u8]) -> Option<SocketAddr> {
    let family = u16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?);
    match c_int::from(family) {
        libc::AF_INET => read::<sockaddr_in>(bytes).map(|a| {
            let ip = Ipv4Addr::from(u32::from_be(a.sin_addr.s_addr));
            SocketAddrV4::new(ip, u16::from_be(a.sin_port)).into()
        }),
        libc::AF_INET6 => read::<sockaddr_in6>(bytes).map(|a| {
            let ip = Ipv6Addr::from(a.sin6_addr.s6_addr);
            SocketAddrV6::new(ip, u16::from_be(a.sin6_port), 0, a.sin6_scope_id).into()
        }),
        _ => None,
    }
}

/// Writes `address` as the kernel wants it; returns its length.
pub(super) fn write_address(to: &mut sockaddr_storage, address: SocketAddr) -> u32 {
    match address {
        SocketAddr::V4(v4) => {
            // SAFETY: all-zero is a valid sockaddr_in.
            let mut name: sockaddr_in = unsafe { zeroed() };
            name.sin_family = libc::AF_INET as u16;
            name.sin_port = v4.port().to_be();
            name.sin_addr.s_addr = u32::from(*v4.ip()).to_be();
            // SAFETY: a sockaddr_storage has room and alignment for every socket address.
            unsafe { ptr::from_mut(to).cast::<sockaddr_in>().write(name) };
            size_of::<sockaddr_in>() as u32
        }
        SocketAddr::V6(v6) => {
            // SAFETY: all-zero is a valid sockaddr_in6.
            let mut name: sockaddr_in6 = unsafe { zeroed() };
            name.sin6_family = libc::AF_INET6 as u16;
            name.sin6_port = v6.port().to_be();
            name.sin6_addr.s6_addr = v6.ip().octets();
            name.sin6_scope_id = v6.scope_id();
            // SAFETY: as above.
            unsafe { ptr::from_mut(to).cast::<sockaddr_in6>().write(name) };
            size_of::<sockaddr_in6>() as u32
        }
    }
}

/// Writes the name of a Unix-domain socket, which fits; returns its length.
pub(super) fn write_unix(to: &mut sockaddr_storage, name: UnixName) -> u32 {
    // SAFETY: all-zero is a valid sockaddr_un.
    let mut address: sockaddr_un = unsafe { zeroed() };
    address.sun_family = libc::AF_UNIX as u16;
    let bytes = name.bytes();
    for (to, byte) in address.sun_path.iter_mut().zip(bytes) {
        *to = byte.cast_signed();
    }
    // SAFETY: a sockaddr_storage has room and alignment for every socket address.
    unsafe { ptr::from_mut(to).cast::<sockaddr_un>().write(address) };
    // A path takes its NUL along, an abstract name is as long as it is.
    let end = if name.is_abstract() { 0 } else { 1 };
    (PATH + (bytes.len() + end).min(size_of_val(&address.sun_path))) as u32
}
