//! Packets of an interface, with their headers, as a socket that only hears (packet(7)). Linux.

use std::cell::Cell;
use std::io;
use std::num::NonZeroU32;
use std::ops::Range;
use std::os::fd::BorrowedFd;

use sockscope_core::batch::Batch;
use sockscope_core::capture_filter::Program;
use sockscope_core::event::Granted;
use sockscope_core::facts::{Clock, Facts, Peer, Unit};

use crate::error::{Error, words};
use crate::interfaces;
use crate::kernel::linux::rights;
use crate::kernel::linux::ring::{Packet, Ring};
use crate::transport::{Got, Sent, Transport};

/// Numbers of link types, as tcpdump.org keeps them.
const ETHERNET: u16 = 1;
const RAW: u16 = 101;

/// What the kernel calls a link (linux/if_arp.h).
const ARPHRD_ETHER: u16 = 1;
const ARPHRD_TUNNEL6: u16 = 769;
const ARPHRD_LOOPBACK: u16 = 772;
const ARPHRD_SIT: u16 = 776;
const ARPHRD_IPGRE: u16 = 778;
const ARPHRD_TUNNEL: u16 = 768;
const ARPHRD_PPP: u16 = 512;
const ARPHRD_NONE: u16 = 65534;

/// Most bytes handed over at once; more waits in the ring.
const MOST: usize = 1 << 20;

/// What to capture.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The interface's name.
    pub interface: String,
    /// The filter for its link type. What it returns is how many bytes of a packet are kept.
    pub filter: Program,
    /// Packets for others too, where the network brings them.
    pub promiscuous: bool,
    /// Memory for packets that have not been taken yet, in bytes.
    pub buffer: usize,
}

/// The link type of an interface.
///
/// # Errors
///
/// There is no such interface, or its packets have headers that are not known here.
pub fn link(interface: &str) -> Result<u16, Error> {
    interfaces::index(interface)?;
    match kind(interface) {
        Some(ARPHRD_ETHER | ARPHRD_LOOPBACK) => Ok(ETHERNET),
        // Tunnels have no header of their own before that of IP.
        Some(ARPHRD_TUNNEL | ARPHRD_TUNNEL6 | ARPHRD_SIT | ARPHRD_IPGRE | ARPHRD_PPP | ARPHRD_NONE) => {
            Ok(RAW)
        }
        kind => {
            let kind = kind.map_or("?".to_owned(), |kind| kind.to_string());
            Err(Error::other("capture on", interface, format!("its kind of link ({kind}) is not known here"))
                .advise("Ethernet, loopback and tunnels are"))
        }
    }
}

fn kind(interface: &str) -> Option<u16> {
    // Not from /sys, which may be that of another network namespace.
    let mut all = nix::ifaddrs::getifaddrs().ok()?;
    all.find_map(|one| {
        (one.interface_name == interface).then(|| Some(one.address?.as_link_addr()?.hatype()))?
    })
}

/// Gives up the rights of this thread that only opening needed (capabilities(7)); those over files stay.
///
/// # Errors
///
/// The kernel does not allow it.
pub fn give_up_rights() -> io::Result<()> {
    rights::give_up()
}

/// A socket that hears an interface.
#[derive(Debug)]
pub struct Capture {
    ring: Ring,
    interface: u32,
    link: u16,
    /// What leaves by loopback comes in by it: one of both is enough.
    loopback: bool,
    drops: Cell<u32>,
}

impl Capture {
    /// Hears an interface from now on.
    ///
    /// # Errors
    ///
    /// There is no such interface, it is down, or this program lacks the right.
    pub fn open(wish: &Wish) -> Result<Self, Error> {
        let (link, interface) = (link(&wish.interface)?, interfaces::index(&wish.interface)?);
        let failed = |error: io::Error| refused(&wish.interface, &error);
        let ring = Ring::open(wish.buffer, &wish.filter).map_err(failed)?;
        if wish.promiscuous {
            ring.promiscuous(interface).map_err(failed)?;
        }
        let loopback = kind(&wish.interface) == Some(ARPHRD_LOOPBACK);
        if loopback {
            ring.only_incoming();
        }
        ring.bind(interface).map_err(failed)?;
        Ok(Self { ring, interface, link, loopback, drops: Cell::new(0) })
    }

    fn take(&mut self, batch: &mut Batch, room: usize) {
        while batch.len() < room && batch.bytes() < MOST {
            let (interface, loopback) = (self.interface, self.loopback);
            let Some(packet) = self.ring.next() else { return };
            let outgoing = packet.kind == libc::PACKET_OUTGOING;
            if loopback && outgoing {
                continue;
            }
            let facts = facts(&packet, outgoing, interface);
            batch.push_with(facts, |buffer| append(&packet, buffer));
        }
    }
}

fn facts(packet: &Packet<'_>, outgoing: bool, interface: u32) -> Facts {
    let mut facts = Facts::default();
    facts.time = Some((packet.time, Clock::Kernel));
    facts.interface = NonZeroU32::new(interface);
    facts.outgoing = Some(outgoing);
    let tag = if packet.vlan.is_some() { TAG as u32 } else { 0 };
    facts.cut_from = (packet.bytes.len() < packet.wire as usize).then_some(packet.wire + tag);
    facts
}

/// Length of a VLAN tag in bytes (IEEE 802.1Q).
const TAG: usize = 4;
/// Where it stands: behind the two addresses.
const ADDRESSES: usize = 12;

/// The packet as it was on the link: with the tag that was taken out of it.
fn append(packet: &Packet<'_>, buffer: &mut Vec<u8>) {
    match packet.vlan {
        Some((protocol, tag)) if packet.bytes.len() >= ADDRESSES => {
            buffer.extend_from_slice(&packet.bytes[..ADDRESSES]);
            buffer.extend_from_slice(&protocol.to_be_bytes());
            buffer.extend_from_slice(&tag.to_be_bytes());
            buffer.extend_from_slice(&packet.bytes[ADDRESSES..]);
        }
        _ => buffer.extend_from_slice(packet.bytes),
    }
}

fn refused(interface: &str, error: &io::Error) -> Error {
    let failed = Error::other("capture on", interface, words(error));
    match error.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) => {
            let program =
                std::env::current_exe().map_or("sockscope".to_owned(), |path| path.display().to_string());
            failed.advise(format!(
                "packets are not for everybody: give the program the right once, sudo setcap cap_net_raw+ep {program}, \
                 or run it with sudo"
            ))
        }
        Some(libc::ENETDOWN) => failed.advise(format!("is it up? ip link set {interface} up")),
        _ => failed,
    }
}

impl Transport for Capture {
    fn unit(&self) -> Unit {
        Unit::Wire(self.link)
    }

    fn receive(&mut self, batch: &mut Batch, room: usize) -> io::Result<Got> {
        batch.clear();
        self.take(batch, room);
        if !batch.is_empty() {
            return Ok(Got::Messages);
        }
        // Where the interface goes away, the socket stays ready and has nothing but this.
        match nix::sys::socket::getsockopt(&self.ring.fd(), nix::sys::socket::sockopt::SocketError) {
            Ok(0) => Err(io::ErrorKind::WouldBlock.into()),
            Ok(error) => Err(io::Error::from_raw_os_error(error)),
            Err(error) => Err(error.into()),
        }
    }

    fn has_more(&self) -> bool {
        self.ring.has_more()
    }

    fn send(&mut self, _: &Batch, _: Range<usize>, _: usize) -> io::Result<Sent> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn drops(&self) -> Option<u32> {
        // The kernel counts from the last time it was asked.
        self.drops.set(self.drops.get().wrapping_add(self.ring.drops()?));
        Some(self.drops.get())
    }

    fn local(&self) -> Option<Peer> {
        None
    }

    fn remote(&self) -> Option<Peer> {
        None
    }

    fn rcvbuf(&self) -> Option<u64> {
        Some(self.ring.bytes() as u64)
    }

    fn longest(&self) -> Option<usize> {
        Some(0)
    }

    fn granted(&self) -> &[Granted] {
        &[]
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.ring.fd()
    }
}
