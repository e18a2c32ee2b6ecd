//! Batch calls with every fact as a control message. Here and below is the only unsafe code of the project.

#![expect(unsafe_code, reason = "the batch calls and their control messages have no safe interface")]

mod control;
mod inside;
mod name;
pub(crate) mod rights;
pub(crate) mod ring;
mod single;
mod trains;

use std::io;
use std::mem::{size_of, zeroed};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV6, UdpSocket};
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::ptr;

use libc::{c_int, iovec, mmsghdr, msghdr, sockaddr_storage};
use sockscope_core::batch::Batch;
use sockscope_core::facts::{Facts, Peer};

use super::{FaultReport, Route};
use crate::address;
use crate::transport::MOMENT;
use control::{each_control, fault_report, note, write_source};
pub(crate) use inside::{credentials, drops, inside};
use name::{peer, write_address, write_unix};
pub(crate) use single::receive as receive_one;
use trains::is_no_train;

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

/// Options that turn the facts of a Unix-domain socket on.
const UNIX_FACTS: &[Switch] =
    &[(libc::SOL_SOCKET, libc::SO_TIMESTAMPNS), (libc::SOL_SOCKET, libc::SO_PASSCRED)];

/// Options that keep the errors that come back, for each family likewise.
const ERRORS: [&[Switch]; 2] =
    [&[(libc::IPPROTO_IP, libc::IP_RECVERR)], &[(libc::IPPROTO_IPV6, libc::IPV6_RECVERR)]];

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
    /// The longest message that may be one of a train; none where each leaves alone.
    longest: Option<usize>,
    /// A call without `MSG_DONTWAIT` waits, for a moment.
    waits: bool,
    /// How many messages each header of the last call stood for.
    counts: Vec<usize>,
}

impl Linux {
    fn new(v6: bool) -> Self {
        Self { up: Headers::new(), down: Headers::new(), v6, longest: None, waits: false, counts: Vec::new() }
    }

    /// A UDP socket.
    pub(crate) fn prepare(socket: &UdpSocket, hears: bool) -> io::Result<Self> {
        let v6 = socket.local_addr()?.is_ipv6();
        let families = ..1 + usize::from(v6);
        // Time stamps cost every packet of the machine something: only where they are wanted.
        let facts = if hears { &FACTS[families] } else { &[] };
        for (level, name) in ERRORS[families].iter().chain(facts).copied().flatten() {
            set_option(socket.as_raw_fd(), *level, *name, &1)?;
        }
        Ok(Self::new(v6))
    }

    /// A Unix-domain datagram socket.
    pub(crate) fn prepare_unix(socket: BorrowedFd<'_>, hears: bool) -> io::Result<Self> {
        for (level, name) in if hears { UNIX_FACTS } else { &[] } {
            set_option(socket.as_raw_fd(), *level, *name, &1)?;
        }
        Ok(Self::new(false))
    }

    pub(crate) fn receive(
        &mut self,
        socket: BorrowedFd<'_>,
        batch: &mut Batch,
        room: usize,
    ) -> io::Result<()> {
        self.take(socket, batch, room, libc::MSG_DONTWAIT)
    }

    /// The same, but waits a moment for the first message. With a time-out, no signal makes the call begin anew
    /// (`SO_RCVTIMEO`, signal(7)).
    pub(crate) fn receive_next(
        &mut self,
        socket: &UdpSocket,
        batch: &mut Batch,
        room: usize,
    ) -> io::Result<()> {
        if !self.waits {
            socket.set_read_timeout(Some(MOMENT))?;
            socket.set_nonblocking(false)?;
            self.waits = true;
        }
        self.take(socket.as_fd(), batch, room, libc::MSG_WAITFORONE).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => io::ErrorKind::WouldBlock.into(),
            _ => error,
        })
    }

    fn take(
        &mut self,
        socket: BorrowedFd<'_>,
        batch: &mut Batch,
        room: usize,
        flags: c_int,
    ) -> io::Result<()> {
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
                flags | libc::MSG_TRUNC,
                ptr::null_mut(),
            )
        };
        let got = usize::try_from(got).map_err(|_| io::Error::last_os_error())?;
        let slot = batch.slot();
        for index in 0..got {
            let header = &self.up.messages[index];
            let (facts, segment) = facts(header, &self.up.names[index]);
            let len = (header.msg_len as usize).min(slot);
            match segment {
                Some(segment) => batch.fill_train(len, segment, facts),
                None => batch.fill(len, facts),
            }
            self.up.rearm(index);
        }
        Ok(())
    }

    pub(crate) fn send(
        &mut self,
        socket: BorrowedFd<'_>,
        batch: &Batch,
        range: Range<usize>,
        route: Route,
    ) -> io::Result<usize> {
        match self.leave(socket, batch, range.clone(), route) {
            // A message of a train must fit into one packet of the way out, and checksums must be the device's work.
            Err(error) if self.counts[0] > 1 && is_no_train(&error) => {
                self.longest = Some(batch.message(range.start).bytes.len() - 1);
                self.leave(socket, batch, range, route)
            }
            other => other,
        }
    }

    /// Reads the error queue (`IP_RECVERR`, ip(7)).
    pub(crate) fn fault(&mut self, socket: BorrowedFd<'_>) -> io::Result<Option<FaultReport>> {
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
        let peer = peer(&name, header.msg_namelen);
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
        if slots == 0 {
            return;
        }
        let base = batch.slot_mut(0).as_mut_ptr();
        if self.armed == (base as usize, slot) && self.messages.len() >= slots {
            return;
        }
        self.grow(slots);
        for index in 0..slots {
            let room = batch.slot_mut(index);
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
        let name = &mut self.names[index];
        header.msg_namelen = match facts.peer {
            Some(Peer::Inet(peer)) => write_address(name, if v6 { address::mapped(peer) } else { peer }),
            Some(Peer::Unix(peer)) => write_unix(name, peer),
            _ => return,
        };
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

/// Keeps time and sender of what a stream or a connection of packets receives.
pub(crate) fn prepare_connection(socket: BorrowedFd<'_>) -> io::Result<()> {
    set_option(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, &1)
}

fn set_option<T>(fd: RawFd, level: c_int, name: c_int, value: &T) -> io::Result<()> {
    // SAFETY: `value` is a live C value and the length is its size.
    let result =
        unsafe { libc::setsockopt(fd, level, name, ptr::from_ref(value).cast(), size_of::<T>() as u32) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// All that the kernel said about one received message; of a train, also how long each of it is.
#[inline]
fn facts(header: &mmsghdr, name: &sockaddr_storage) -> (Facts, Option<usize>) {
    let mut segment = None;
    let mut facts = Facts::default();
    facts.peer = peer(name, header.msg_hdr.msg_namelen);
    if header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0 {
        facts.cut_from = Some(header.msg_len);
    }
    each_control(&header.msg_hdr, |level, kind, data| match (level, kind) {
        (libc::SOL_UDP, libc::UDP_GRO) => segment = control::segment(data),
        _ => note(&mut facts, level, kind, data),
    });
    (facts, segment)
}
