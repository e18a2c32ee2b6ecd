//! One read from a connection, with its facts. Needs no memory of its own: there may be thousands of them.

use std::io;
use std::mem::zeroed;
use std::os::fd::{AsRawFd, BorrowedFd};

use libc::{c_int, iovec, msghdr};
use sockscope_core::facts::Facts;

use super::Control;
use super::control::{each_control, note};

/// What one read gave.
#[derive(Debug)]
pub(crate) struct Single {
    /// Bytes of it on the wire; more than there was room for where the kernel cut a packet.
    pub(crate) len: usize,
    /// The kernel said something about it, so that it is a packet, be it empty, and not the end.
    pub(crate) any_fact: bool,
    /// What is known about it.
    pub(crate) facts: Facts,
}

/// Reads once into `room`, without waiting. `flags`: besides `MSG_DONTWAIT`.
pub(crate) fn receive(socket: BorrowedFd<'_>, room: &mut [u8], flags: c_int) -> io::Result<Single> {
    let mut control = Control([0; super::CONTROL]);
    let mut piece = iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() };
    // SAFETY: all-zero is a valid msghdr.
    let mut header: msghdr = unsafe { zeroed() };
    header.msg_iov = &raw mut piece;
    header.msg_iovlen = 1;
    header.msg_control = (&raw mut control).cast();
    header.msg_controllen = super::CONTROL;
    // SAFETY: the piece is all of `room`, control is live and as long as the header says.
    let got = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, libc::MSG_DONTWAIT | flags) };
    let len = usize::try_from(got).map_err(|_| io::Error::last_os_error())?;
    let mut facts = Facts::default();
    let mut any_fact = false;
    each_control(&header, |level, kind, data| {
        any_fact = true;
        note(&mut facts, level, kind, data);
    });
    if len > room.len() {
        facts.cut_from = Some(len as u32);
    }
    Ok(Single { len, any_fact, facts })
}
