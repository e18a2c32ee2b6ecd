//! Messages handed to the kernel: each alone, or runs of one length as trains (`UDP_SEGMENT`, udp(7)).

use std::io;
use std::ops::Range;
use std::os::fd::{AsRawFd, BorrowedFd};

use libc::{c_void, iovec};
use sockscope_core::batch::Batch;

use super::control::write_segment;
use super::{CONTROL, Headers, Linux, SEND_BATCH};
use crate::kernel::Route;

impl Linux {
    /// From now on runs of messages of one length leave as trains.
    pub(crate) fn makes_trains(&mut self) {
        self.longest = Some(usize::MAX);
    }

    /// How many of the messages that were sent last left together; nothing where each leaves alone.
    pub(crate) fn trains(&self) -> &[usize] {
        if self.longest.is_some() { &self.counts } else { &[] }
    }

    /// Points the headers at messages of `range`, one header for each train.
    fn load(&mut self, batch: &Batch, range: Range<usize>, route: Route) {
        self.counts.clear();
        self.down.grow(range.len().min(SEND_BATCH));
        let mut next = range.start;
        while next < range.end && self.counts.len() < SEND_BATCH {
            let index = self.counts.len();
            let count = self.longest.map_or(1, |longest| batch.train(next..range.end, longest));
            let message = batch.message(next);
            let bytes = batch.joined(next, count);
            self.down.pieces[index] = iovec { iov_base: bytes.as_ptr() as *mut c_void, iov_len: bytes.len() };
            self.down.address(index, message.facts, route, self.v6);
            if count > 1 {
                self.down.segment(index, message.bytes.len() as u16);
            }
            self.counts.push(count);
            next += count;
        }
    }

    /// Hands messages of `range` to the kernel; returns how many went.
    pub(super) fn leave(
        &mut self,
        socket: BorrowedFd<'_>,
        batch: &Batch,
        range: Range<usize>,
        route: Route,
    ) -> io::Result<usize> {
        self.load(batch, range, route);
        // SAFETY: as many headers as there are counts have just been pointed to live names, controls and payloads of
        // `batch`; sendmmsg only reads them, apart from the lengths it writes into the headers.
        let sent = unsafe {
            libc::sendmmsg(
                socket.as_raw_fd(),
                self.down.messages.as_mut_ptr(),
                self.counts.len() as u32,
                libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL,
            )
        };
        let sent = usize::try_from(sent).map_err(|_| io::Error::last_os_error())?;
        self.counts.truncate(sent);
        Ok(self.counts.iter().sum())
    }
}

impl Headers {
    /// Writes that what the message at `index` holds is to leave as datagrams of so many bytes.
    fn segment(&mut self, index: usize, len: u16) {
        let header = &mut self.messages[index].msg_hdr;
        let used = header.msg_controllen;
        header.msg_control = (&raw mut self.controls[index]).cast();
        header.msg_controllen = CONTROL;
        header.msg_controllen = write_segment(header, used, len);
    }
}

/// Whether the kernel cannot send as a train what it could send message by message.
pub(super) fn is_no_train(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EINVAL | libc::EMSGSIZE | libc::EIO | libc::EOPNOTSUPP))
}
