//! Control messages (cmsg(3)): what the kernel says about a message besides its bytes.

use std::mem::size_of;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;

use libc::{c_int, cmsghdr, msghdr};
use sockscope_core::connection::Credentials;
use sockscope_core::event::Fault;
use sockscope_core::facts::{Clock, Facts, Peer, Stamp};

use super::name::socket_address;
use crate::address;
use crate::kernel::FaultReport;

/// Takes one fact.
#[inline]
pub(super) fn note(facts: &mut Facts, level: c_int, kind: c_int, data: &[u8]) {
    match (level, kind) {
        (libc::SOL_SOCKET, libc::SO_TIMESTAMPNS) => {
            if let Some(time) = read::<libc::timespec>(data) {
                let nanos = time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64;
                facts.time = Some((Stamp(nanos), Clock::Kernel));
            }
        }
        (libc::SOL_SOCKET, libc::SCM_CREDENTIALS) => {
            facts.credentials = read::<libc::ucred>(data).and_then(credentials);
        }
        (libc::SOL_SOCKET, libc::SO_RXQ_OVFL) => facts.drops = read::<u32>(data),
        (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
            if let Some(info) = read::<libc::in_pktinfo>(data) {
                facts.local = Some(IpAddr::V4(Ipv4Addr::from(u32::from_be(info.ipi_addr.s_addr))));
                facts.interface = NonZeroU32::new(info.ipi_ifindex as u32);
            }
        }
        (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
            if let Some(info) = read::<libc::in6_pktinfo>(data) {
                let local = IpAddr::V6(Ipv6Addr::from(info.ipi6_addr.s6_addr)).to_canonical();
                facts.local = Some(local);
                facts.interface = NonZeroU32::new(info.ipi6_ifindex);
            }
        }
        (libc::IPPROTO_IP, libc::IP_TTL) | (libc::IPPROTO_IPV6, libc::IPV6_HOPLIMIT) => {
            facts.ttl = read::<c_int>(data).map(|ttl| ttl as u8);
        }
        (libc::IPPROTO_IP, libc::IP_TOS) => facts.tclass = data.first().copied(),
        (libc::IPPROTO_IPV6, libc::IPV6_TCLASS) => {
            facts.tclass = read::<c_int>(data).map(|class| class as u8);
        }
        _ => {}
    }
}

/// How long each message of a train is, in bytes.
pub(super) fn segment(data: &[u8]) -> Option<usize> {
    read::<c_int>(data).and_then(|len| usize::try_from(len).ok()).filter(|len| *len > 0)
}

/// Who sent it; nobody where the kernel gives no process number, as for one of another namespace.
pub(super) fn credentials(from: libc::ucred) -> Option<Credentials> {
    (from.pid > 0).then_some(Credentials { pid: from.pid as u32, uid: from.uid, gid: from.gid })
}

/// Hands out level, type and data of each control message.
#[inline]
pub(super) fn each_control(header: &msghdr, mut take: impl FnMut(c_int, c_int, &[u8])) {
    // SAFETY: msg_control and msg_controllen are what the kernel left there: a well-formed row of
    // control messages inside one of our `Control`s. The CMSG macros stay inside it.
    let mut next: *const cmsghdr = unsafe { libc::CMSG_FIRSTHDR(header) };
    while !next.is_null() {
        // SAFETY: as above; cmsg_len counts the header, so the data lies between CMSG_DATA and the end.
        let (level, kind, data) = unsafe {
            let start = libc::CMSG_DATA(next);
            let len = (next as usize + (*next).cmsg_len).saturating_sub(start as usize);
            ((*next).cmsg_level, (*next).cmsg_type, std::slice::from_raw_parts(start, len))
        };
        take(level, kind, data);
        // SAFETY: as above.
        next = unsafe { libc::CMSG_NXTHDR(header, next) };
    }
}

/// A C value out of a control message, where there are bytes enough.
#[inline]
pub(super) fn read<T: Plain>(data: &[u8]) -> Option<T> {
    // SAFETY: `T` is plain data for which every bit pattern is valid, and there are bytes enough.
    (data.len() >= size_of::<T>()).then(|| unsafe { data.as_ptr().cast::<T>().read_unaligned() })
}

/// C types for which every bit pattern is a value.
pub(super) trait Plain: Copy {}
impl Plain for u16 {}
impl Plain for u32 {}
impl Plain for c_int {}
impl Plain for libc::timespec {}
impl Plain for libc::in_pktinfo {}
impl Plain for libc::in6_pktinfo {}
impl Plain for libc::sock_extended_err {}
impl Plain for libc::ucred {}
impl Plain for libc::sockaddr_in {}
impl Plain for libc::sockaddr_in6 {}

/// Writes the control message that makes a message leave from `local`; returns its length.
pub(super) fn write_source(header: &msghdr, local: IpAddr, interface: Option<NonZeroU32>, v6: bool) -> usize {
    // A scoped address is only an address together with its interface.
    let scoped = matches!(local, IpAddr::V6(a) if a.is_unicast_link_local());
    let index = interface.filter(|_| scoped).map_or(0, NonZeroU32::get);
    if v6 {
        let octets = match local {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
            IpAddr::V6(v6) => v6.octets(),
        };
        let info = libc::in6_pktinfo { ipi6_addr: libc::in6_addr { s6_addr: octets }, ipi6_ifindex: index };
        write_control(header, libc::IPPROTO_IPV6, libc::IPV6_PKTINFO, info)
    } else {
        let IpAddr::V4(v4) = local else { return 0 };
        let info = libc::in_pktinfo {
            ipi_ifindex: index as c_int,
            ipi_spec_dst: libc::in_addr { s_addr: u32::from(v4).to_be() },
            ipi_addr: libc::in_addr { s_addr: 0 },
        };
        write_control(header, libc::IPPROTO_IP, libc::IP_PKTINFO, info)
    }
}

/// Writes the control message that makes what a message holds leave as datagrams of `len` bytes, behind the `used`
/// bytes of those before; returns the length of all.
pub(super) fn write_segment(header: &msghdr, used: usize, len: u16) -> usize {
    used + write_control_at(header, used, libc::SOL_UDP, libc::UDP_SEGMENT, len)
}

fn write_control<T: Plain>(header: &msghdr, level: c_int, kind: c_int, value: T) -> usize {
    write_control_at(header, 0, level, kind, value)
}

fn write_control_at<T: Plain>(header: &msghdr, used: usize, level: c_int, kind: c_int, value: T) -> usize {
    // SAFETY: the header points to a `Control`, far longer than two control messages such as ours, and `used` is
    // the length of one, aligned as the next one has to be.
    unsafe {
        let to = header.msg_control.cast::<u8>().add(used).cast::<cmsghdr>();
        (*to).cmsg_level = level;
        (*to).cmsg_type = kind;
        (*to).cmsg_len = libc::CMSG_LEN(size_of::<T>() as u32) as usize;
        libc::CMSG_DATA(to).cast::<T>().write_unaligned(value);
        libc::CMSG_SPACE(size_of::<T>() as u32) as usize
    }
}

/// What a message of the error queue says: a `sock_extended_err`, then the reporter's address.
pub(super) fn fault_report(data: &[u8], peer: Option<Peer>) -> Option<FaultReport> {
    let error = read::<libc::sock_extended_err>(data)?;
    let fault = match (error.ee_origin, error.ee_type, error.ee_code) {
        (libc::SO_EE_ORIGIN_LOCAL, ..) if error.ee_errno == libc::EMSGSIZE as u32 => {
            Fault::TooLong { mtu: error.ee_info }
        }
        (libc::SO_EE_ORIGIN_ICMP, kind, code) => match (kind, code) {
            (3, 3) => Fault::Refused,
            (3, 0 | 6) => Fault::NetUnreachable,
            (3, 1 | 7) => Fault::HostUnreachable,
            (3, 4) => Fault::TooLong { mtu: error.ee_info },
            (3, 9 | 10 | 13) => Fault::Prohibited,
            (11, _) => Fault::TimeExceeded,
            _ => Fault::Other { kind, code },
        },
        (libc::SO_EE_ORIGIN_ICMP6, kind, code) => match (kind, code) {
            (1, 4) => Fault::Refused,
            (1, 0) => Fault::NetUnreachable,
            (1, 2 | 3) => Fault::HostUnreachable,
            (1, 1 | 5 | 6) => Fault::Prohibited,
            (2, _) => Fault::TooLong { mtu: error.ee_info },
            (3, _) => Fault::TimeExceeded,
            _ => Fault::Other { kind, code },
        },
        _ => return None,
    };
    let reporter = data.get(size_of::<libc::sock_extended_err>()..).and_then(socket_address);
    let reporter = reporter.map(address::plain);
    let same = reporter.is_some_and(|r| peer.and_then(Peer::inet).is_some_and(|p| p.ip() == r.ip()));
    Some(FaultReport { fault, peer, reporter: reporter.filter(|_| !same).map(Peer::Inet) })
}
