//! What the kernel tells of a socket as a whole.

use std::mem::{size_of, size_of_val, zeroed};
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::time::Duration;

use libc::c_int;
use sockscope_core::connection::{Credentials, Inside, Tcp};

use super::control;

/// Word of `SO_MEMINFO` that counts drops (`SK_MEMINFO_DROPS`, linux/sock_diag.h).
const MEMINFO_DROPS: usize = 8;
const MEMINFO_WORDS: usize = 9;

/// How many datagrams the kernel has dropped on this socket (`SO_MEMINFO`): right at any moment, while
/// `SO_RXQ_OVFL` tells of a drop only with the next datagram that finds room.
pub(crate) fn drops(socket: BorrowedFd<'_>) -> Option<u32> {
    let words: [u32; MEMINFO_WORDS] = option(socket, libc::SOL_SOCKET, libc::SO_MEMINFO)?.whole()?;
    Some(words[MEMINFO_DROPS])
}

/// Who holds the other end of a Unix-domain connection (`SO_PEERCRED`, unix(7)).
pub(crate) fn credentials(socket: BorrowedFd<'_>) -> Option<Credentials> {
    let who: libc::ucred = option(socket, libc::SOL_SOCKET, libc::SO_PEERCRED)?.whole()?;
    control::credentials(who)
}

/// How a connection stands. `tcp`: it is one of TCP.
pub(crate) fn inside(socket: BorrowedFd<'_>, tcp: bool) -> Inside {
    let mut inside = Inside::default();
    inside.tcp = if tcp { tcp_state(socket) } else { None };
    inside.unread = queue(socket.as_raw_fd(), libc::FIONREAD);
    inside.unacknowledged = queue(socket.as_raw_fd(), libc::TIOCOUTQ);
    inside
}

fn tcp_state(socket: BorrowedFd<'_>) -> Option<Tcp> {
    let info: libc::tcp_info = option(socket, libc::IPPROTO_TCP, libc::TCP_INFO)?.value;
    let mut tcp = Tcp::default();
    tcp.state = STATES.get(usize::from(info.tcpi_state)).copied().unwrap_or("?");
    tcp.rtt = Duration::from_micros(info.tcpi_rtt.into());
    tcp.rtt_deviation = Duration::from_micros(info.tcpi_rttvar.into());
    tcp.cwnd = info.tcpi_snd_cwnd;
    tcp.mss = info.tcpi_snd_mss;
    tcp.retransmits = info.tcpi_total_retrans;
    tcp.unacknowledged = info.tcpi_unacked;
    Some(tcp)
}

/// Names of the states by the kernel's numbers (net/tcp_states.h).
const STATES: [&str; 13] = [
    "?",
    "ESTABLISHED",
    "SYN-SENT",
    "SYN-RECEIVED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "TIME-WAIT",
    "CLOSED",
    "CLOSE-WAIT",
    "LAST-ACK",
    "LISTEN",
    "CLOSING",
    "SYN-RECEIVED",
];

/// Bytes in one of the socket's queues (tcp(7), unix(7)).
fn queue(fd: RawFd, which: libc::Ioctl) -> Option<u64> {
    let mut bytes: c_int = 0;
    // SAFETY: both requests write one int.
    let result = unsafe { libc::ioctl(fd, which, &raw mut bytes) };
    (result == 0).then(|| u64::try_from(bytes).ok()).flatten()
}

/// What getsockopt(2) gave, and how much of it the kernel has filled.
struct Got<T> {
    value: T,
    len: usize,
}

impl<T> Got<T> {
    /// The value, if the kernel knows all of it.
    fn whole(self) -> Option<T> {
        (self.len == size_of_val(&self.value)).then_some(self.value)
    }
}

fn option<T: Copy>(socket: BorrowedFd<'_>, level: c_int, name: c_int) -> Option<Got<T>> {
    let mut len = size_of::<T>() as u32;
    // SAFETY: the callers ask for C values for which all-zero is valid, and the kernel writes at most `len` bytes.
    let (result, value) = unsafe {
        let mut value: T = zeroed();
        let to = (&raw mut value).cast();
        (libc::getsockopt(socket.as_raw_fd(), level, name, to, &raw mut len), value)
    };
    (result == 0).then_some(Got { value, len: len as usize })
}
