//! From the link to the network.

use super::Walk;
use crate::dissect::bytes::be16;
use crate::dissect::layer::Kind;
use crate::dissect::link::Link;
use crate::dissect::names::{ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6};
use crate::dissect::stop::Why;

/// Address families of IPv6: of Linux, NetBSD and OpenBSD, FreeBSD, macOS.
const FAMILIES_V6: [u32; 4] = [10, 24, 28, 30];

/// ARPHRD numbers of links whose protocol field is no EtherType: netlink, IrDA, the headers of Wi-Fi.
const NO_ETHERTYPE: [u16; 5] = [824, 783, 801, 802, 803];

impl Walk<'_, '_> {
    pub(in crate::dissect) fn link(&mut self, link: Link) {
        match link {
            Link::Null => self.family(false),
            Link::Loop => self.family(true),
            Link::Ethernet => self.ethernet(),
            Link::LinuxSll => self.sll(),
            Link::LinuxSll2 => self.sll2(),
            Link::Raw => self.raw(),
            Link::Ipv4 => self.ipv4(),
            Link::Ipv6 => self.ipv6(),
            Link::Other(number) => {
                self.data();
                let _: Option<()> = self.stop(0, Why::Link(number));
            }
        }
    }

    /// IP of either version, as its first four bits say.
    pub(in crate::dissect) fn raw(&mut self) {
        match self.out.bytes.get(self.at).filter(|_| self.left() > 0).map(|first| first >> 4) {
            Some(4) => self.ipv4(),
            Some(6) => self.ipv6(),
            Some(says) => {
                self.data();
                let _: Option<()> = self.stop(self.at, Why::Version { says, want: 0 });
            }
            None => {
                let _: Option<()> = self.lacking(1);
            }
        }
    }

    fn family(&mut self, network: bool) {
        let Some(field) = self.begin::<4>(Kind::Family) else { return };
        self.pass(4);
        let (big, little) = (u32::from_be_bytes(*field), u32::from_le_bytes(*field));
        let either = |known: &dyn Fn(u32) -> bool| known(big) || !network && known(little);
        if either(&|family| family == 2) {
            self.ipv4();
        } else if either(&|family| FAMILIES_V6.contains(&family)) {
            self.ipv6();
        } else {
            self.data();
            let family = if network || big < little { big } else { little };
            let _: Option<()> = self.stop(self.at - 4, Why::Family(family));
        }
    }

    fn ethernet(&mut self) {
        let Some(header) = self.begin::<14>(Kind::Ethernet) else { return };
        self.pass(14);
        self.typed(u16::from_be_bytes([header[12], header[13]]));
    }

    /// What a type of Ethernet says, or a length that stands in its place (IEEE 802.3 clause 3.2.6).
    fn typed(&mut self, number: u16) {
        match number {
            0..=1500 => {
                self.narrow((self.at + usize::from(number)).min(self.end));
                self.llc();
            }
            _ => self.ethertype(number),
        }
    }

    fn ethertype(&mut self, number: u16) {
        match number {
            ETHERTYPE_IPV4 => self.ipv4(),
            ETHERTYPE_IPV6 => self.ipv6(),
            ETHERTYPE_ARP => self.arp(),
            // 0x9100 is what stacked tags were before 802.1ad.
            0x8100 | 0x88a8 | 0x9100 => self.vlan(),
            _ => self.data(),
        }
    }

    fn vlan(&mut self) {
        let Some(tag) = self.begin::<4>(Kind::Vlan) else { return };
        self.pass(4);
        self.typed(u16::from_be_bytes([tag[2], tag[3]]));
    }

    fn llc(&mut self) {
        let Some([dsap, ssap, control]) = self.begin::<3>(Kind::Llc) else { return };
        if (*dsap, *ssap, *control) != (0xaa, 0xaa, 3) {
            // Numbered frames have a second byte of control.
            if self.pass(if control & 3 == 3 { 3 } else { 4 }).is_some() {
                self.data();
            }
            return;
        }
        let Some(header) = self.pass(8) else { return };
        match (&header[3..6], be16(header, 6)) {
            ([0, 0, 0], Some(number)) => self.ethertype(number),
            _ => self.data(),
        }
    }

    fn sll(&mut self) {
        let Some(header) = self.begin::<16>(Kind::LinuxSll) else { return };
        self.pass(16);
        self.cooked(u16::from_be_bytes([header[2], header[3]]), u16::from_be_bytes([header[14], header[15]]));
    }

    fn sll2(&mut self) {
        let Some(header) = self.begin::<20>(Kind::LinuxSll2) else { return };
        self.pass(20);
        self.cooked(u16::from_be_bytes([header[8], header[9]]), u16::from_be_bytes([header[0], header[1]]));
    }

    fn cooked(&mut self, hardware: u16, protocol: u16) {
        match protocol {
            _ if NO_ETHERTYPE.contains(&hardware) => self.data(),
            4 => self.llc(),
            _ => self.ethertype(protocol),
        }
    }

    fn arp(&mut self) {
        let Some(fixed) = self.begin::<8>(Kind::Arp) else { return };
        let len = 8 + 2 * (usize::from(fixed[4]) + usize::from(fixed[5]));
        if self.pass(len).is_some() {
            // Behind it there is padding only.
            self.narrow(self.at);
        }
    }
}
