//! Batch calls with every fact as a control message. The only unsafe code of the project.

#![expect(unsafe_code, reason = "the batch calls and their control messages have no safe interface")]

use std::io;
use std::mem::{size_of, zeroed};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};
use std::num::NonZeroU32;
use std::ops::Range;
use std::os::fd::{AsRawFd, RawFd};
use std::ptr;

use libc::{c_int, c_void, cmsghdr, iovec, mmsghdr, msghdr, sockaddr_in, sockaddr_in6, sockaddr_storage};
use sockscope_core::batch::Batch;
use sockscope_core::event::Fault;
use sockscope_core::facts::{Clock, Facts, Peer, Stamp};

use super::{FaultReport, Route};
use crate::address;

/// Room for the control messages of one message, in bytes. All that [`FACTS`] can bring, in both
/// families at once, comes to 240; the kernel says so (`MSG_CTRUNC`) should it ever not do.
const CONTROL: usize = 512;

/// Most messages sent in one call; `UIO_MAXIOV` (1024) is the kernel's limit.
const SEND_BATCH: usize = 256;

/// An option of a socket: its level and name.
type Switch = (c_int, c_int);

/// Options that turn the facts on: those of the socket and IPv4, and those of IPv6. A socket for both
/// families takes all of them, since IPv4 packets bring IPv4's facts there too.
const FACTS: [&[Switch]; 2] = [
    &[
        (libc::SOL_SOCKET, libc::SO_TIMESTAMPNS),
        (libc::SOL_SOCKET, libc::SO_RXQ_OVFL),
        (libc::IPPROTO_IP, libc::IP_PKTINFO),
        (libc::IPPROTO_IP, libc::IP_RECVTTL),
        (libc::IPPROTO_IP, libc::IP_RECVTOS),
    ],
    &[
        (libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO),
        (libc::IPPROTO_IPV6, libc::IPV6_RECVHOPLIMIT),
        (libc::IPPROTO_IPV6, libc::IPV6_RECVTCLASS),
    ],
];

/// Options that keep the errors that come back, for each family likewise.
const ERRORS: [&[Switch]; 2] =
    [&[(libc::IPPROTO_IP, libc::IP_RECVERR)], &[(libc::IPPROTO_IPV6, libc::IPV6_RECVERR)]];

/// Word of `SO_MEMINFO` that counts drops (`SK_MEMINFO_DROPS`, linux/sock_diag.h).
const MEMINFO_DROPS: usize = 8;
const MEMINFO_WORDS: usize = 9;

/// Control messages of one message, aligned as the kernel wants them.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(8))]
struct Control([u8; CONTROL]);

/// One direction's reusable headers. The pointers inside are written anew whenever what they point to
/// may have moved, before the kernel sees them.
#[derive(Debug)]
struct Headers {
    messages: Vec<mmsghdr>,
    pieces: Vec<iovec>,
    names: Vec<sockaddr_storage>,
    controls: Vec<Control>,
    /// Buffer address and slot size that the receive headers point to.
    armed: (usize, usize),
}

// SAFETY: the raw pointers in the headers point into the sibling vectors, which move with them, and into
// a batch buffer that is compared with and rewritten before each call; nothing is tied to a thread.
unsafe impl Send for Headers {}

#[derive(Debug)]
pub(crate) struct Linux {
    up: Headers,
    down: Headers,
    v6: bool,
}

impl Linux {
    pub(crate) fn prepare(socket: &UdpSocket, hears: bool) -> io::Result<Self> {
        let v6 = socket.local_addr()?.is_ipv6();
        let families = ..1 + usize::from(v6);
        // Time stamps cost every packet of the machine something: only where they are wanted.
        let facts = if hears { &FACTS[families] } else { &[] };
        for (level, name) in ERRORS[families].iter().chain(facts).copied().flatten() {
            set_option(socket.as_raw_fd(), *level, *name, &1)?;
        }
        Ok(Self { up: Headers::new(), down: Headers::new(), v6 })
    }

    pub(crate) fn receive(&mut self, socket: &UdpSocket, batch: &mut Batch, room: usize) -> io::Result<()> {
        let room = room.min(batch.slots());
        self.up.arm(batch);
        // SAFETY: the first `room` headers point to live names, controls and slots of `batch`, each slot
        // apart from the others; the vectors are not touched until the call returns.
        let got = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                self.up.messages.as_mut_ptr(),
                room as u32,
                // Asks for the length on the wire even where it is cut.
                libc::MSG_DONTWAIT | libc::MSG_TRUNC,
                ptr::null_mut(),
            )
        };
        let got = usize::try_from(got).map_err(|_| io::Error::last_os_error())?;
        let slot = batch.slot();
        for index in 0..got {
            let header = &self.up.messages[index];
            let facts = facts(header, &self.up.names[index]);
            batch.fill((header.msg_len as usize).min(slot), facts);
            self.up.rearm(index);
        }
        Ok(())
    }

    pub(crate) fn send(
        &mut self,
        socket: &UdpSocket,
        batch: &Batch,
        range: Range<usize>,
        route: Route,
    ) -> io::Result<usize> {
        let count = range.len().min(SEND_BATCH);
        self.down.grow(count);
        for (index, message) in batch.range(range.start..range.start + count).enumerate() {
            self.down.pieces[index] =
                iovec { iov_base: message.bytes.as_ptr() as *mut c_void, iov_len: message.bytes.len() };
            self.down.address(index, message.facts, route, self.v6);
        }
        // SAFETY: `count` headers point to live names, controls and payloads; sendmmsg only reads them,
        // apart from the lengths it writes into the headers.
        let sent = unsafe {
            libc::sendmmsg(
                socket.as_raw_fd(),
                self.down.messages.as_mut_ptr(),
                count as u32,
                libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL,
            )
        };
        usize::try_from(sent).map_err(|_| io::Error::last_os_error())
    }

    /// Reads the error queue (`IP_RECVERR`, ip(7)).
    pub(crate) fn fault(&mut self, socket: &UdpSocket) -> io::Result<Option<FaultReport>> {
        // SAFETY: all-zero is a valid sockaddr_storage and a valid msghdr.
        let (mut name, mut header): (sockaddr_storage, msghdr) = unsafe { (zeroed(), zeroed()) };
        let mut control = Control([0; CONTROL]);
        header.msg_name = (&raw mut name).cast();
        header.msg_namelen = size_of::<sockaddr_storage>() as u32;
        header.msg_control = (&raw mut control).cast();
        header.msg_controllen = CONTROL;
        // SAFETY: name and control are live and as long as the header says; no payload is asked for.
        let got = unsafe {
            libc::recvmsg(socket.as_raw_fd(), &raw mut header, libc::MSG_ERRQUEUE | libc::MSG_DONTWAIT)
        };
        if got < 0 {
            let error = io::Error::last_os_error();
            return if error.kind() == io::ErrorKind::WouldBlock { Ok(None) } else { Err(error) };
        }
        let peer = peer(&name);
        let mut report = None;
        each_control(&header, |level, kind, data| {
            let is_error = (level, kind) == (libc::IPPROTO_IP, libc::IP_RECVERR)
                || (level, kind) == (libc::IPPROTO_IPV6, libc::IPV6_RECVERR);
            if is_error {
                report = fault_report(data, peer);
            }
        });
        Ok(report)
    }
}

impl Headers {
    fn new() -> Self {
        Self {
            messages: Vec::new(),
            pieces: Vec::new(),
            names: Vec::new(),
            controls: Vec::new(),
            armed: (0, 0),
        }
    }

    /// Makes sure of `count` headers, each pointing to its name, piece and control.
    fn grow(&mut self, count: usize) {
        if self.messages.len() >= count {
            return;
        }
        // SAFETY: all-zero is a valid value of these C structs.
        let (message, piece, name): (mmsghdr, iovec, sockaddr_storage) = unsafe { zeroed() };
        self.messages.resize(count, message);
        self.pieces.resize(count, piece);
        self.names.resize(count, name);
        self.controls.resize(count, Control([0; CONTROL]));
        for index in 0..count {
            let header = &mut self.messages[index].msg_hdr;
            header.msg_iov = &raw mut self.pieces[index];
            header.msg_iovlen = 1;
        }
    }

    /// Points the headers to the slots of `batch`, unless they do already.
    fn arm(&mut self, batch: &mut Batch) {
        let (slots, slot) = (batch.slots(), batch.slot());
        let base = batch.buffer_mut().as_mut_ptr();
        if self.armed == (base as usize, slot) && self.messages.len() >= slots {
            return;
        }
        self.grow(slots);
        for (index, room) in batch.buffer_mut().chunks_exact_mut(slot).enumerate() {
            self.pieces[index] = iovec { iov_base: room.as_mut_ptr().cast(), iov_len: slot };
            self.rearm(index);
        }
        self.armed = (base as usize, slot);
    }

    /// Gives one header back its name and control room: the kernel overwrites their lengths with what it
    /// used, and would find too little room next time.
    #[inline]
    fn rearm(&mut self, index: usize) {
        let header = &mut self.messages[index].msg_hdr;
        header.msg_name = (&raw mut self.names[index]).cast();
        header.msg_namelen = size_of::<sockaddr_storage>() as u32;
        header.msg_control = (&raw mut self.controls[index]).cast();
        header.msg_controllen = CONTROL;
    }

    /// Writes where the message at `index` goes and, where asked, the address it leaves from.
    fn address(&mut self, index: usize, facts: &Facts, route: Route, v6: bool) {
        let header = &mut self.messages[index].msg_hdr;
        (header.msg_name, header.msg_namelen) = (ptr::null_mut(), 0);
        (header.msg_control, header.msg_controllen) = (ptr::null_mut(), 0);
        if route == Route::Connected {
            return;
        }
        let Some(Peer::Inet(peer)) = facts.peer else { return };
        header.msg_namelen =
            write_address(&mut self.names[index], if v6 { address::mapped(peer) } else { peer });
        header.msg_name = (&raw mut self.names[index]).cast();
        if route == Route::AddressedFrom
            && let Some(local) = facts.local.filter(|l| !l.is_multicast() && !is_everyone(*l))
        {
            header.msg_control = (&raw mut self.controls[index]).cast();
            header.msg_controllen = CONTROL;
            header.msg_controllen = write_source(header, local, facts.interface, v6);
        }
    }
}

fn is_everyone(address: IpAddr) -> bool {
    address == IpAddr::V4(Ipv4Addr::BROADCAST)
}

/// How many datagrams the kernel has dropped on this socket (`SO_MEMINFO`): right at any moment, while
/// `SO_RXQ_OVFL` tells of a drop only with the next datagram that finds room.
pub(crate) fn drops(socket: &UdpSocket) -> Option<u32> {
    let mut words = [0_u32; MEMINFO_WORDS];
    let mut len = size_of_val(&words) as u32;
    // SAFETY: `words` is as long as `len` says.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_MEMINFO,
            words.as_mut_ptr().cast(),
            &raw mut len,
        )
    };
    (result == 0 && len as usize == size_of_val(&words)).then(|| words[MEMINFO_DROPS])
}

/// Joins a source-specific IPv6 group (`MCAST_JOIN_SOURCE_GROUP`, RFC 3678 section 5.1.2).
pub(crate) fn join_source_v6(
    socket: &UdpSocket,
    group: Ipv6Addr,
    source: Ipv6Addr,
    interface: u32,
) -> io::Result<()> {
    // SAFETY: all-zero is a valid group_source_req.
    let mut request: libc::group_source_req = unsafe { zeroed() };
    request.gsr_interface = interface;
    write_address(&mut request.gsr_group, SocketAddrV6::new(group, 0, 0, 0).into());
    write_address(&mut request.gsr_source, SocketAddrV6::new(source, 0, 0, 0).into());
    set_option(socket.as_raw_fd(), libc::IPPROTO_IPV6, libc::MCAST_JOIN_SOURCE_GROUP, &request)
}

fn set_option<T>(fd: RawFd, level: c_int, name: c_int, value: &T) -> io::Result<()> {
    // SAFETY: `value` is a live C value and the length is its size.
    let result =
        unsafe { libc::setsockopt(fd, level, name, ptr::from_ref(value).cast(), size_of::<T>() as u32) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// All that the kernel said about one received message.
#[inline]
fn facts(header: &mmsghdr, name: &sockaddr_storage) -> Facts {
    let mut facts = Facts::default();
    facts.peer = peer(name);
    if header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0 {
        facts.cut_from = Some(header.msg_len);
    }
    each_control(&header.msg_hdr, |level, kind, data| note(&mut facts, level, kind, data));
    facts
}

#[inline]
fn note(facts: &mut Facts, level: c_int, kind: c_int, data: &[u8]) {
    match (level, kind) {
        (libc::SOL_SOCKET, libc::SO_TIMESTAMPNS) => {
            if let Some(time) = read::<libc::timespec>(data) {
                let nanos = time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64;
                facts.time = Some((Stamp(nanos), Clock::Kernel));
            }
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

/// Hands out level, type and data of each control message.
#[inline]
fn each_control(header: &msghdr, mut take: impl FnMut(c_int, c_int, &[u8])) {
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
fn read<T: Plain>(data: &[u8]) -> Option<T> {
    // SAFETY: `T` is plain data for which every bit pattern is valid, and there are bytes enough.
    (data.len() >= size_of::<T>()).then(|| unsafe { data.as_ptr().cast::<T>().read_unaligned() })
}

/// C types for which every bit pattern is a value.
trait Plain: Copy {}
impl Plain for u32 {}
impl Plain for c_int {}
impl Plain for libc::timespec {}
impl Plain for libc::in_pktinfo {}
impl Plain for libc::in6_pktinfo {}
impl Plain for libc::sock_extended_err {}
impl Plain for sockaddr_in {}
impl Plain for sockaddr_in6 {}

/// The peer of a socket address that the kernel wrote.
#[inline]
fn peer(name: &sockaddr_storage) -> Option<Peer> {
    // SAFETY: a sockaddr_storage is at least as long as any socket address and aligned for it.
    let bytes = unsafe {
        std::slice::from_raw_parts(ptr::from_ref(name).cast::<u8>(), size_of::<sockaddr_storage>())
    };
    socket_address(bytes).map(|address| Peer::Inet(address::plain(address)))
}

#[inline]
fn socket_address(bytes: &[u8]) -> Option<SocketAddr> {
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
fn write_address(to: &mut sockaddr_storage, address: SocketAddr) -> u32 {
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

/// Writes the control message that makes a message leave from `local`; returns its length.
fn write_source(header: &msghdr, local: IpAddr, interface: Option<NonZeroU32>, v6: bool) -> usize {
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

fn write_control<T: Plain>(header: &msghdr, level: c_int, kind: c_int, value: T) -> usize {
    // SAFETY: the header points to a `Control`, far longer than one control message of a `T`.
    unsafe {
        let to = libc::CMSG_FIRSTHDR(header);
        (*to).cmsg_level = level;
        (*to).cmsg_type = kind;
        (*to).cmsg_len = libc::CMSG_LEN(size_of::<T>() as u32) as usize;
        libc::CMSG_DATA(to).cast::<T>().write_unaligned(value);
        libc::CMSG_SPACE(size_of::<T>() as u32) as usize
    }
}

/// What a message of the error queue says: a `sock_extended_err`, then the reporter's address.
fn fault_report(data: &[u8], peer: Option<Peer>) -> Option<FaultReport> {
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
