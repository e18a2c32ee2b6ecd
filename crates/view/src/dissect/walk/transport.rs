//! What IP carries, and what that carries.

use super::Walk;
use crate::dissect::bytes::be16;
use crate::dissect::layer::Kind;
use crate::dissect::stop::Why;
use crate::flow::Head;

/// DNS, multicast DNS (RFC 6762), LLMNR (RFC 4795).
const DNS: [u16; 3] = [53, 5353, 5355];

/// Commands and replies, state.
const TELLO: [u16; 2] = [8889, 8890];

impl Walk<'_, '_> {
    pub(super) fn carried(&mut self, protocol: u8) {
        match protocol {
            6 => self.tcp(),
            17 => self.udp(),
            1 => self.control(Kind::Icmp),
            58 => self.control(Kind::Icmpv6),
            50 => {
                if self.begin::<8>(Kind::Esp).is_some() {
                    self.pass(8);
                    self.data();
                }
            }
            _ => self.data(),
        }
    }

    fn control(&mut self, kind: Kind) {
        if self.begin::<8>(kind).is_some() {
            self.pass(8);
            self.carry();
        }
    }

    /// Takes in the ports, which a header may have though it was cut.
    pub(super) fn ports(&mut self, at: usize) {
        let there = self.out.layers().last().map_or(0, |layer| layer.len);
        if there >= 4 {
            self.out.ports = be16(self.out.bytes, at).zip(be16(self.out.bytes, at + 2));
        }
    }

    fn udp(&mut self) {
        let start = self.at;
        let header = self.begin::<8>(Kind::Udp);
        self.ports(start);
        let Some(header) = header else { return };
        let len = usize::from(u16::from_be_bytes([header[4], header[5]]));
        let left = self.left();
        // Only a jumbogram has a length that UDP cannot say (RFC 2675 section 4).
        if len != 0 || !self.jumbo {
            if len < 8 {
                return self.halt(start + 4, Why::Length { says: len as u32, header: 8 });
            }
            if len > left && self.out.fragment.is_none() && !self.quoted {
                return self.halt(start + 4, Why::Overlong { says: len as u32, left: left as u32 });
            }
            if len < left {
                self.narrow(start + len);
            }
        }
        self.pass(8);
        self.out.head = Some(Head::Udp);
        self.application(Kind::Udp);
    }

    /// What the ports say that the payload is.
    pub(super) fn application(&mut self, transport: Kind) {
        let (from, to) = self.out.ports.unwrap_or_default();
        let either = |ports: &[u16]| ports.contains(&from) || ports.contains(&to);
        self.open(match transport {
            Kind::Udp if either(&DNS) => Kind::Dns,
            Kind::Udp if either(&TELLO) => Kind::Tello,
            Kind::Tcp if either(&DNS[..1]) && self.framed() => Kind::Dns,
            _ => Kind::Data,
        });
    }

    /// Whether messages of DNS with their lengths before them fill what a segment carries (RFC 1035 section 4.2.2).
    fn framed(&self) -> bool {
        let mut at = self.at;
        while at < self.end {
            match be16(self.out.bytes, at) {
                Some(len) if len >= 12 => at += 2 + usize::from(len),
                _ => return false,
            }
        }
        at == self.end
    }
}
