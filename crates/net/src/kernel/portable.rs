//! One plain system call a message: what every Unix has. Knows peer and length; the time is this
//! program's own.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use sockscope_core::batch::Batch;
use sockscope_core::event::Fault;
use sockscope_core::facts::{Clock, Facts, Peer, Stamp};

use super::{FaultReport, Route};
use crate::address;

/// Longest datagram there can be, in bytes: a whole one always fits, so that cutting it is our own doing
/// and its length is known.
const LONGEST: usize = 65_536;

#[derive(Debug)]
pub(crate) struct Portable {
    scratch: Vec<u8>,
    v6: bool,
    /// An error that a receive call returned instead of a message.
    pending: Option<io::Error>,
}

impl Portable {
    pub(crate) fn prepare(socket: &UdpSocket) -> io::Result<Self> {
        let v6 = socket.local_addr()?.is_ipv6();
        Ok(Self { scratch: vec![0; LONGEST], v6, pending: None })
    }

    pub(crate) fn receive(&mut self, socket: &UdpSocket, batch: &mut Batch, room: usize) -> io::Result<()> {
        for index in 0..room.min(batch.slots()) {
            let (len, peer) = match socket.recv_from(&mut self.scratch) {
                Ok(got) => got,
                Err(error) if is_icmp(&error) => {
                    self.pending = Some(error);
                    break;
                }
                Err(error) if index == 0 => return Err(error),
                Err(_) => break,
            };
            let slot = batch.slot();
            let kept = len.min(slot);
            batch.free_mut()[..kept].copy_from_slice(&self.scratch[..kept]);
            let mut facts = Facts::default();
            facts.time = Some((now(), Clock::User));
            facts.peer = Some(Peer::Inet(address::plain(peer)));
            facts.cut_from = (kept < len).then_some(len as u32);
            batch.fill(kept, facts);
        }
        if batch.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
    }

    pub(crate) fn send(
        &mut self,
        socket: &UdpSocket,
        batch: &Batch,
        range: Range<usize>,
        route: Route,
    ) -> io::Result<usize> {
        let mut sent = 0;
        for message in batch.range(range) {
            let result = match (route, message.facts.peer.and_then(Peer::inet)) {
                (Route::Connected, _) | (_, None) => socket.send(message.bytes),
                (_, Some(peer)) => socket.send_to(message.bytes, self.reach(peer)),
            };
            match result {
                Ok(_) => sent += 1,
                Err(error) if sent == 0 => return Err(error),
                Err(_) => break,
            }
        }
        Ok(sent)
    }

    /// A plain socket tells of an ICMP error once, as the error of the next call, and only when it is
    /// connected: who caused it can only be the address it is connected to.
    pub(crate) fn fault(&mut self, socket: &UdpSocket) -> io::Result<Option<FaultReport>> {
        let error = match self.pending.take() {
            Some(error) => Some(error),
            None => socket.take_error()?,
        };
        let Some(error) = error else { return Ok(None) };
        let fault = match error.kind() {
            io::ErrorKind::ConnectionRefused => Fault::Refused,
            io::ErrorKind::HostUnreachable => Fault::HostUnreachable,
            io::ErrorKind::NetworkUnreachable => Fault::NetUnreachable,
            _ => return Err(error),
        };
        let peer = socket.peer_addr().ok().map(|peer| Peer::Inet(address::plain(peer)));
        Ok(Some(FaultReport { fault, peer, reporter: None }))
    }

    fn reach(&self, peer: SocketAddr) -> SocketAddr {
        if self.v6 { address::mapped(peer) } else { peer }
    }
}

fn is_icmp(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable
    )
}

fn now() -> Stamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Stamp(since.as_nanos() as u64)
}
