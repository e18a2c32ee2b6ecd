//! What all connections have in common: reading chunks and packets, writing many messages in one call.

use std::io::{self, IoSlice};
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};

use socket2::SockRef;
use sockscope_core::batch::Batch;
use sockscope_core::connection::{Credentials, Inside};
use sockscope_core::facts::{Facts, Peer};

use crate::transport::{Got, Sent};

/// Most messages written in one call; `UIO_MAXIOV` (1024) is the kernel's limit.
const AT_ONCE: usize = 256;

#[cfg(target_os = "linux")]
const NO_SIGNAL: i32 = libc::MSG_NOSIGNAL;
#[cfg(not(target_os = "linux"))]
const NO_SIGNAL: i32 = 0;

/// Asks the kernel for the facts of what a connection receives.
pub(crate) fn prepare(fd: impl AsFd) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    return crate::kernel::linux::prepare_connection(fd.as_fd());
    #[cfg(not(target_os = "linux"))]
    {
        let _ = fd;
        Ok(())
    }
}

/// How a connection stands.
pub(crate) fn inside(fd: impl AsFd, tcp: bool) -> Inside {
    #[cfg(target_os = "linux")]
    return crate::kernel::linux::inside(fd.as_fd(), tcp);
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (fd, tcp);
        Inside::default()
    }
}

/// Who holds the other end of a Unix-domain connection.
pub(crate) fn credentials(fd: impl AsFd) -> Option<Credentials> {
    #[cfg(target_os = "linux")]
    return crate::kernel::linux::credentials(fd.as_fd());
    #[cfg(not(target_os = "linux"))]
    {
        let _ = fd;
        None
    }
}

/// Reads one chunk of a stream.
pub(crate) fn chunk(fd: BorrowedFd<'_>, batch: &mut Batch, peer: Option<Peer>) -> io::Result<Got> {
    batch.clear();
    let (len, mut facts) = read(fd, batch.free_mut())?;
    if len == 0 {
        return Ok(Got::End);
    }
    facts.peer = peer;
    batch.fill(len, facts);
    Ok(Got::Messages)
}

/// Reads bytes, with what the kernel says about them; none are the end.
#[cfg(target_os = "linux")]
pub(crate) fn read(fd: BorrowedFd<'_>, room: &mut [u8]) -> io::Result<(usize, Facts)> {
    let single = crate::kernel::linux::receive_one(fd, room, 0)?;
    Ok((single.len, single.facts))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn read(fd: BorrowedFd<'_>, room: &mut [u8]) -> io::Result<(usize, Facts)> {
    use std::io::Read;
    let len = (&*SockRef::from(&fd)).read(room)?;
    Ok((len, Facts::default()))
}

/// Reads packets with bounds from a connection, at most `room`. An empty packet and the end both have no
/// bytes; the kernel has something to say about a packet, be it only its time.
#[cfg(target_os = "linux")]
pub(crate) fn packets(
    fd: BorrowedFd<'_>,
    batch: &mut Batch,
    room: usize,
    peer: Option<Peer>,
) -> io::Result<Got> {
    batch.clear();
    let slot = batch.slot();
    for index in 0..room.min(batch.slots()) {
        let single = match crate::kernel::linux::receive_one(fd, batch.free_mut(), libc::MSG_TRUNC) {
            Ok(single) => single,
            Err(error) if index == 0 => return Err(error),
            // It comes back with the next call.
            Err(_) => break,
        };
        if single.len == 0 && !single.any_fact {
            // The end comes back with the next call as well.
            return Ok(if index == 0 { Got::End } else { Got::Messages });
        }
        let mut facts = single.facts;
        facts.peer = peer;
        batch.fill(single.len.min(slot), facts);
    }
    Ok(Got::Messages)
}

/// Writes messages of a stream, as much as there is room for.
pub(crate) fn write(fd: impl AsFd, batch: &Batch, range: Range<usize>, gone: usize) -> io::Result<Sent> {
    let (pieces, end) = pieces(batch, range.clone(), gone, usize::MAX);
    let wrote = SockRef::from(&fd).send_vectored_with_flags(&pieces, NO_SIGNAL)?;
    Ok(split(batch, range.start..end, gone, wrote))
}

/// What to write at once, at most `room` bytes, and the message it ends before. `gone` bytes of the first have
/// been written.
pub(crate) fn pieces(
    batch: &Batch,
    range: Range<usize>,
    gone: usize,
    room: usize,
) -> (Vec<IoSlice<'_>>, usize) {
    let mut end = range.end.min(range.start + AT_ONCE);
    let mut left = room;
    let mut pieces = Vec::with_capacity(end - range.start);
    for (index, message) in (range.start..end).zip(batch.range(range.start..end)) {
        let bytes = if index == range.start { &message.bytes[gone..] } else { message.bytes };
        if left == 0 && !bytes.is_empty() {
            end = index;
            break;
        }
        let bytes = &bytes[..bytes.len().min(left)];
        left -= bytes.len();
        pieces.push(IoSlice::new(bytes));
    }
    (pieces, end)
}

/// How many whole messages `wrote` bytes are, and how much of the next.
pub(crate) fn split(batch: &Batch, range: Range<usize>, gone: usize, wrote: usize) -> Sent {
    let mut left = wrote + gone;
    let mut messages = 0;
    for message in batch.range(range) {
        if message.bytes.len() > left {
            break;
        }
        left -= message.bytes.len();
        messages += 1;
    }
    Sent { messages, bytes: left }
}

/// Writes packets with bounds, one call each.
pub(crate) fn write_packets(fd: impl AsFd, batch: &Batch, range: Range<usize>) -> io::Result<Sent> {
    let socket = SockRef::from(&fd);
    for (sent, message) in batch.range(range.clone()).enumerate() {
        match socket.send_with_flags(message.bytes, NO_SIGNAL) {
            Ok(_) => {}
            Err(error) if sent == 0 => return Err(error),
            // It comes back with the next call.
            Err(_) => return Ok(Sent::whole(sent)),
        }
    }
    Ok(Sent::whole(range.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_written_are_split_into_messages() {
        let mut batch = Batch::new();
        for bytes in [&b"abc"[..], b"", b"de"] {
            batch.push(bytes, Facts::default());
        }
        let split = |gone, wrote| split(&batch, 0..3, gone, wrote);
        assert_eq!(split(0, 2), Sent { messages: 0, bytes: 2 });
        assert_eq!(split(2, 1), Sent { messages: 2, bytes: 0 });
        assert_eq!(split(0, 4), Sent { messages: 2, bytes: 1 });
        assert_eq!(split(1, 4), Sent { messages: 3, bytes: 0 });
    }
}
