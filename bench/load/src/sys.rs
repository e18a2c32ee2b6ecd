//! The system calls that the standard library lacks. All unsafe code of this program is here.

use std::io;
use std::mem::{size_of, zeroed};
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::{Duration, Instant};

use libc::{c_int, c_void, iovec, mmsghdr, msghdr, sockaddr_in};

/// Messages in one system call.
pub const BATCH: usize = 64;
/// Room for the control messages of one message.
const CONTROL: usize = 256;

/// Sets a socket option to a number.
pub fn set(socket: &UdpSocket, level: c_int, name: c_int, value: c_int) -> io::Result<()> {
    // SAFETY: the kernel reads one c_int from a reference that lives through the call.
    let result = unsafe {
        let value = (&raw const value).cast::<c_void>();
        libc::setsockopt(socket.as_raw_fd(), level, name, value, size_of::<c_int>() as u32)
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// As large a receive buffer as can be had: past `rmem_max` for root, up to it for everybody else.
pub fn large_buffer(socket: &UdpSocket, force: bool) -> io::Result<()> {
    if force && set(socket, libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, 64 << 20).is_ok() {
        return Ok(());
    }
    set(socket, libc::SOL_SOCKET, libc::SO_RCVBUF, 4 << 20)
}

/// Sends `parts` in order through a connected socket, one datagram each; returns how many went.
pub fn send_all(socket: &UdpSocket, parts: &[&[u8]]) -> io::Result<usize> {
    let parts = &parts[..parts.len().min(BATCH)];
    // SAFETY: all-zero is a valid iovec and mmsghdr.
    let (mut iovecs, mut headers): ([iovec; BATCH], [mmsghdr; BATCH]) = unsafe { (zeroed(), zeroed()) };
    for (index, part) in parts.iter().enumerate() {
        iovecs[index] = iovec { iov_base: part.as_ptr().cast_mut().cast(), iov_len: part.len() };
        headers[index].msg_hdr.msg_iov = &raw mut iovecs[index];
        headers[index].msg_hdr.msg_iovlen = 1;
    }
    // SAFETY: the first parts.len() headers are filled and point to memory that lives through the call;
    // the kernel only reads the payloads.
    let sent = unsafe { libc::sendmmsg(socket.as_raw_fd(), headers.as_mut_ptr(), parts.len() as u32, 0) };
    usize::try_from(sent).map_err(|_| io::Error::last_os_error())
}

/// What one message told beside its payload.
#[derive(Default)]
pub struct Facts {
    pub nanos: u64,
    pub port: u16,
    pub address: u32,
    pub local: u32,
    pub interface: u32,
    pub ttl: u32,
    pub drops: u32,
}

/// Buffers for receiving in batches.
pub struct Receiver {
    buffer: Vec<u8>,
    slot: usize,
    control: Vec<u64>,
    names: [sockaddr_in; BATCH],
    iovecs: [iovec; BATCH],
    headers: [mmsghdr; BATCH],
}

impl Receiver {
    /// `slot` bytes of room for each message.
    pub fn new(slot: usize) -> Box<Self> {
        // SAFETY: all-zero is a valid value of these C types.
        let (names, iovecs, headers) = unsafe { (zeroed(), zeroed(), zeroed()) };
        let control = vec![0; BATCH * CONTROL / 8];
        Box::new(Self { buffer: vec![0; BATCH * slot], slot, control, names, iovecs, headers })
    }

    /// Receives what is there, waiting for the first message (or as long as the socket's time-out says);
    /// hands out each payload and, when they were asked for, its facts.
    pub fn take(
        &mut self,
        socket: &UdpSocket,
        facts: bool,
        mut each: impl FnMut(&[u8], &Facts),
    ) -> io::Result<usize> {
        for index in 0..BATCH {
            let start = self.buffer[index * self.slot..].as_mut_ptr();
            self.iovecs[index] = iovec { iov_base: start.cast(), iov_len: self.slot };
            let header = &mut self.headers[index].msg_hdr;
            header.msg_iov = &raw mut self.iovecs[index];
            header.msg_iovlen = 1;
            if facts {
                header.msg_name = (&raw mut self.names[index]).cast();
                header.msg_namelen = size_of::<sockaddr_in>() as u32;
                header.msg_control = self.control[index * CONTROL / 8..].as_mut_ptr().cast();
                header.msg_controllen = CONTROL;
            }
        }
        // SAFETY: every header points to its own part of buffers that live in `self`, with their lengths.
        let got = unsafe {
            let headers = self.headers.as_mut_ptr();
            libc::recvmmsg(
                socket.as_raw_fd(),
                headers,
                BATCH as u32,
                libc::MSG_WAITFORONE,
                std::ptr::null_mut(),
            )
        };
        let got = usize::try_from(got).map_err(|_| io::Error::last_os_error())?;
        let mut known = Facts::default();
        for index in 0..got {
            if facts {
                known = read_facts(&self.headers[index].msg_hdr, &self.names[index]);
            }
            let start = index * self.slot;
            let len = (self.headers[index].msg_len as usize).min(self.slot);
            each(&self.buffer[start..start + len], &known);
        }
        Ok(got)
    }
}

/// Asks for the facts that the kernel gives with each message.
pub fn want_facts(socket: &UdpSocket) -> io::Result<()> {
    set(socket, libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, 1)?;
    set(socket, libc::SOL_SOCKET, libc::SO_RXQ_OVFL, 1)?;
    set(socket, libc::IPPROTO_IP, libc::IP_PKTINFO, 1)?;
    set(socket, libc::IPPROTO_IP, libc::IP_RECVTTL, 1)
}

fn read_facts(header: &msghdr, name: &sockaddr_in) -> Facts {
    let mut facts = Facts {
        port: u16::from_be(name.sin_port),
        address: u32::from_be(name.sin_addr.s_addr),
        ..Facts::default()
    };
    // SAFETY: the kernel left a well-formed row of control messages in our aligned buffer, whose length is
    // in the header; the macros stay inside it, and each type read is the one the kernel documents.
    unsafe {
        let mut next = libc::CMSG_FIRSTHDR(header);
        while !next.is_null() {
            let data = libc::CMSG_DATA(next);
            match ((*next).cmsg_level, (*next).cmsg_type) {
                (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => {
                    let time = data.cast::<libc::timespec>().read_unaligned();
                    facts.nanos = time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64;
                }
                (libc::SOL_SOCKET, libc::SO_RXQ_OVFL) => facts.drops = data.cast::<u32>().read_unaligned(),
                (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                    let info = data.cast::<libc::in_pktinfo>().read_unaligned();
                    facts.local = u32::from_be(info.ipi_addr.s_addr);
                    facts.interface = info.ipi_ifindex as u32;
                }
                (libc::IPPROTO_IP, libc::IP_TTL) => facts.ttl = data.cast::<u32>().read_unaligned(),
                _ => {}
            }
            next = libc::CMSG_NXTHDR(header, next);
        }
    }
    facts
}

/// Waits for a child, and ends it when it is still there after `patience`. Returns its peak of resident
/// memory in KiB.
pub fn wait(pid: u32, patience: Option<Duration>) -> io::Result<i64> {
    let begin = Instant::now();
    let flags = if patience.is_some() { libc::WNOHANG } else { 0 };
    loop {
        let mut status = 0;
        // SAFETY: all-zero is a valid rusage, and both are written by the kernel within the call.
        let (result, usage) = unsafe {
            let mut usage: libc::rusage = zeroed();
            (libc::wait4(pid as c_int, &raw mut status, flags, &raw mut usage), usage)
        };
        match result {
            0 if patience.is_some_and(|patience| begin.elapsed() > patience) => {
                // SAFETY: a plain system call; the child has not been waited for, so the id is its own.
                unsafe { libc::kill(pid as c_int, libc::SIGKILL) };
            }
            0 => {}
            result if result < 0 => return Err(io::Error::last_os_error()),
            _ => return Ok(usage.ru_maxrss),
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

/// Longest payload of one send call that is cut into datagrams.
pub const LONGEST: usize = 65_507;

/// Lets the kernel cut what one call sends into datagrams of `size` bytes (udp(7), UDP_SEGMENT).
pub fn segment(socket: &UdpSocket, size: usize) -> io::Result<()> {
    set(socket, libc::SOL_UDP, libc::UDP_SEGMENT, size as c_int)
}

/// Lets this many connections wait to be accepted (listen(2)).
pub fn backlog(listener: &TcpListener, count: c_int) -> io::Result<()> {
    // SAFETY: a plain system call on a descriptor that lives through it.
    let result = unsafe { libc::listen(listener.as_raw_fd(), count) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Waits for many descriptors (epoll(7)).
pub struct Waiter {
    fd: OwnedFd,
    ready: Vec<libc::epoll_event>,
}

impl Waiter {
    pub fn new() -> io::Result<Self> {
        // SAFETY: a plain system call; the descriptor it returns is nobody else's.
        let fd = unsafe {
            let fd = libc::epoll_create1(libc::EPOLL_CLOEXEC);
            if fd < 0 {
                return Err(io::Error::last_os_error());
            }
            OwnedFd::from_raw_fd(fd)
        };
        Ok(Self { fd, ready: vec![libc::epoll_event { events: 0, u64: 0 }; 256] })
    }

    /// Tells `key` whenever there is something to read.
    pub fn add(&mut self, fd: RawFd, key: usize) -> io::Result<()> {
        let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: key as u64 };
        // SAFETY: the kernel reads the event within the call.
        let result = unsafe { libc::epoll_ctl(self.fd.as_raw_fd(), libc::EPOLL_CTL_ADD, fd, &raw mut event) };
        if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    /// The keys of those that can be read, as soon as one can.
    pub fn wait(&mut self) -> io::Result<impl Iterator<Item = usize> + use<>> {
        // SAFETY: the kernel writes at most as many events as there is room for.
        let got = unsafe {
            libc::epoll_wait(self.fd.as_raw_fd(), self.ready.as_mut_ptr(), self.ready.len() as c_int, -1)
        };
        let got = usize::try_from(got).map_err(|_| io::Error::last_os_error())?;
        let keys: Vec<usize> = self.ready[..got].iter().map(|event| event.u64 as usize).collect();
        Ok(keys.into_iter())
    }
}
