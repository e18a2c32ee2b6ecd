//! Packets of an interface, through memory that is shared with the kernel: it fills one block after the other while
//! this program empties them (packet(7), `TPACKET_V3` in linux/Documentation/networking/packet_mmap.rst).

use std::io;
use std::mem::{size_of, zeroed};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use libc::{
    c_int, c_void, sock_filter, sock_fprog, sockaddr_ll, socklen_t, tpacket_block_desc, tpacket3_hdr,
};
use sockscope_core::capture_filter::{Instruction, Program};
use sockscope_core::facts::Stamp;

use super::set_option;

/// Length of a block in bytes: longer than any packet, so that each fits.
const BLOCK: usize = 256 << 10;
/// A block that is not full is handed over after this many milliseconds.
const RETIRE: u32 = 10;
/// Length of a frame, which only has to be told: blocks are filled without gaps.
const FRAME: u32 = 2048;

/// A packet socket, and the memory it shares.
#[derive(Debug)]
pub(crate) struct Ring {
    socket: OwnedFd,
    memory: *mut u8,
    blocks: usize,
    /// The block that is emptied.
    at: usize,
    /// The next packet in it, and how many there still are.
    next: *const u8,
    left: u32,
    /// The block is held until its last packet has been looked at.
    held: bool,
}

// SAFETY: the mapping belongs to this value alone, and nothing in it is tied to a thread.
unsafe impl Send for Ring {}

/// A packet as the kernel has it.
#[derive(Debug)]
pub(crate) struct Packet<'a> {
    pub(crate) bytes: &'a [u8],
    /// Its length on the link.
    pub(crate) wire: u32,
    pub(crate) time: Stamp,
    /// Whom it is for: `PACKET_HOST`, `PACKET_OUTGOING` … (packet(7)).
    pub(crate) kind: u8,
    /// The VLAN tag that was taken out of it: protocol and tag.
    pub(crate) vlan: Option<(u16, u16)>,
}

impl Ring {
    /// A socket that nothing arrives at yet, with `bytes` of memory for packets, at least one block. What the filter
    /// does not want never comes here.
    pub(crate) fn open(bytes: usize, filter: &Program) -> io::Result<Self> {
        // SAFETY: plain call; the result is checked and owned at once.
        let fd = unsafe {
            libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK, 0)
        };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor is new and nobody else's.
        let socket = unsafe { OwnedFd::from_raw_fd(fd) };
        set_option(
            fd,
            libc::SOL_PACKET,
            libc::PACKET_VERSION,
            &(libc::tpacket_versions::TPACKET_V3 as c_int),
        )?;
        attach(fd, filter)?;
        let blocks = bytes.div_ceil(BLOCK).max(2);
        let request = libc::tpacket_req3 {
            tp_block_size: BLOCK as u32,
            tp_block_nr: blocks as u32,
            tp_frame_size: FRAME,
            tp_frame_nr: (BLOCK as u32 / FRAME) * blocks as u32,
            tp_retire_blk_tov: RETIRE,
            tp_sizeof_priv: 0,
            tp_feature_req_word: 0,
        };
        set_option(fd, libc::SOL_PACKET, libc::PACKET_RX_RING, &request)?;
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping of as many bytes as the ring has, at a place the kernel chooses.
        let memory =
            unsafe { libc::mmap(ptr::null_mut(), blocks * BLOCK, protection, libc::MAP_SHARED, fd, 0) };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { socket, memory: memory.cast(), blocks, at: 0, next: ptr::null(), left: 0, held: false })
    }

    /// From now on packets of this interface come.
    pub(crate) fn bind(&self, interface: u32) -> io::Result<()> {
        // SAFETY: all-zero is a valid sockaddr_ll.
        let mut address: sockaddr_ll = unsafe { zeroed() };
        address.sll_family = libc::AF_PACKET as u16;
        address.sll_protocol = (libc::ETH_P_ALL as u16).to_be();
        address.sll_ifindex = interface as c_int;
        let length = size_of::<sockaddr_ll>() as socklen_t;
        // SAFETY: the address is live and as long as told.
        match unsafe { libc::bind(self.socket.as_raw_fd(), (&raw const address).cast(), length) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Asks for packets that are for others, as long as the socket is open (`PACKET_MR_PROMISC`).
    pub(crate) fn promiscuous(&self, interface: u32) -> io::Result<()> {
        let wish = libc::packet_mreq {
            mr_ifindex: interface as c_int,
            mr_type: libc::PACKET_MR_PROMISC as u16,
            mr_alen: 0,
            mr_address: [0; 8],
        };
        set_option(self.socket.as_raw_fd(), libc::SOL_PACKET, libc::PACKET_ADD_MEMBERSHIP, &wish)
    }

    /// Nothing that leaves comes from now on, where the kernel can do that (since Linux 4.20).
    pub(crate) fn only_incoming(&self) {
        // linux/if_packet.h; libc does not have it.
        const PACKET_IGNORE_OUTGOING: c_int = 23;
        // Where it cannot, what leaves is left out when it is taken.
        let _ = set_option(self.socket.as_raw_fd(), libc::SOL_PACKET, PACKET_IGNORE_OUTGOING, &1);
    }

    /// Packets dropped since this was last asked, for want of room.
    pub(crate) fn drops(&self) -> Option<u32> {
        // SAFETY: all-zero is a valid value.
        let mut counts: libc::tpacket_stats_v3 = unsafe { zeroed() };
        let mut length = size_of::<libc::tpacket_stats_v3>() as socklen_t;
        let to: *mut c_void = (&raw mut counts).cast();
        // SAFETY: the kernel writes at most `length` bytes into `counts`.
        let got = unsafe {
            libc::getsockopt(
                self.socket.as_raw_fd(),
                libc::SOL_PACKET,
                libc::PACKET_STATISTICS,
                to,
                &raw mut length,
            )
        };
        (got == 0).then_some(counts.tp_drops)
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(&self.socket)
    }

    /// Bytes of memory for packets.
    pub(crate) fn bytes(&self) -> usize {
        self.blocks * BLOCK
    }

    /// Whether a packet is there.
    pub(crate) fn has_more(&self) -> bool {
        self.left > 0 || self.is_full(if self.held { self.following() } else { self.at })
    }

    fn following(&self) -> usize {
        (self.at + 1) % self.blocks
    }

    fn block(&self, at: usize) -> *mut tpacket_block_desc {
        // SAFETY: there are `blocks` of this length in the mapping, and it is aligned to pages.
        unsafe { self.memory.add(at * BLOCK).cast() }
    }

    fn status(&self, at: usize) -> &AtomicU32 {
        // SAFETY: the status is an aligned u32 in the mapping, which lives as long as `self`; the kernel writes it
        // as one word.
        unsafe { AtomicU32::from_ptr(&raw mut (*self.block(at)).hdr.bh1.block_status) }
    }

    /// Whether the kernel has handed a block over.
    fn is_full(&self, at: usize) -> bool {
        self.status(at).load(Ordering::Acquire) & libc::TP_STATUS_USER != 0
    }

    /// The next packet, if one is there. Its bytes are there until the next call.
    pub(crate) fn next(&mut self) -> Option<Packet<'_>> {
        while self.left == 0 {
            if self.held {
                self.status(self.at).store(libc::TP_STATUS_KERNEL, Ordering::Release);
                self.held = false;
                self.at = self.following();
            }
            if !self.is_full(self.at) {
                return None;
            }
            self.held = true;
            let block = self.block(self.at);
            // SAFETY: the kernel has handed the block over, with a header that it wrote.
            let (count, first) = unsafe { ((*block).hdr.bh1.num_pkts, (*block).hdr.bh1.offset_to_first_pkt) };
            self.left = count;
            // SAFETY: the first packet begins inside of the block.
            self.next = unsafe { block.cast::<u8>().add(first as usize) };
        }
        Some(self.packet())
    }

    /// The packet at hand; the one behind it is the next.
    fn packet(&mut self) -> Packet<'_> {
        let start = self.next;
        // SAFETY: a header stands there, written by the kernel in a block that it has handed over. Blocks and packets
        // are aligned to `TPACKET_ALIGNMENT`.
        let header: &tpacket3_hdr = unsafe { &*start.cast() };
        // SAFETY: behind the header, aligned, stands the address of the packet (packet_mmap.rst).
        let address: &sockaddr_ll =
            unsafe { &*start.add(size_of::<tpacket3_hdr>().next_multiple_of(16)).cast() };
        // SAFETY: `tp_mac` and `tp_snaplen` are where and how many bytes of the packet the kernel put in the block.
        let bytes = unsafe {
            std::slice::from_raw_parts(start.add(header.tp_mac.into()), header.tp_snaplen as usize)
        };
        let (tag, protocol) = (header.hv1.tp_vlan_tci, header.hv1.tp_vlan_tpid);
        let tagged = header.tp_status & libc::TP_STATUS_VLAN_VALID != 0;
        let told = header.tp_status & libc::TP_STATUS_VLAN_TPID_VALID != 0;
        let packet = Packet {
            bytes,
            wire: header.tp_len,
            time: Stamp(u64::from(header.tp_sec) * 1_000_000_000 + u64::from(header.tp_nsec)),
            kind: address.sll_pkttype,
            vlan: tagged.then_some((if told { protocol } else { libc::ETH_P_8021Q as u16 }, tag as u16)),
        };
        self.left -= 1;
        // SAFETY: the next packet begins so far behind this one, in the same block, unless this was the last.
        self.next = unsafe { start.add(header.tp_next_offset as usize) };
        packet
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: this is the whole mapping, and no packet of it is borrowed any more.
        unsafe { libc::munmap(self.memory.cast(), self.bytes()) };
    }
}

/// Only what the filter wants comes to the socket.
fn attach(fd: RawFd, filter: &Program) -> io::Result<()> {
    let instruction = |&Instruction { code, jt, jf, k }: &_| sock_filter { code, jt, jf, k };
    let mut program: Vec<sock_filter> = filter.instructions.iter().map(instruction).collect();
    let wanted = sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    set_option(fd, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, &wanted)
}
