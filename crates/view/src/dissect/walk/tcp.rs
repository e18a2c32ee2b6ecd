//! Header and options of TCP.

use super::Walk;
use crate::dissect::bytes::{be16, be32};
use crate::dissect::layer::Kind;
use crate::dissect::options::Options;
use crate::dissect::stop::Why;
use crate::flow::{Flags, Head, Tcp};

impl Walk<'_, '_> {
    pub(super) fn tcp(&mut self) {
        let start = self.at;
        let fixed = self.begin::<20>(Kind::Tcp);
        self.ports(start);
        let Some(fixed) = fixed else { return };
        let words = fixed[12] >> 4;
        if words < 5 {
            return self.halt(start + 12, Why::HeaderLength { says: words, least: 5 });
        }
        let flags = Flags(u16::from_be_bytes([fixed[12] & 15, fixed[13]]));
        let mut tcp = Tcp {
            seq: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
            ack: flags
                .has(Flags::ACK)
                .then(|| u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]])),
            flags,
            window: u16::from_be_bytes([fixed[14], fixed[15]]),
            ..Tcp::default()
        };
        let len = usize::from(words) * 4;
        if self.left() < len {
            return self.halt(start, Why::Short { left: self.left() as u32, needs: len as u32 });
        }
        // What was cut from the options says nothing about the rest of the header.
        let there = len.min(self.recorded());
        options(self.out.bytes.get(start + 20..start + there).unwrap_or_default(), &mut tcp);
        self.out.head = Some(Head::Tcp(tcp));
        if self.pass(len).is_none() {
            self.at = start + len;
            return self.carry();
        }
        self.application(Kind::Tcp);
    }
}

/// Takes in what options say that [`Tcp`] has a place for. The first of a kind counts.
fn options(bytes: &[u8], tcp: &mut Tcp) {
    for option in Options::tcp(bytes) {
        let Ok(option) = option else { return };
        let value = option.value;
        match (option.kind, value.len()) {
            (2, 2) => tcp.mss = tcp.mss.or(be16(value, 0)),
            (3, 1) => tcp.scale = tcp.scale.or(value.first().copied()),
            (4, 0) => tcp.sack_permitted = true,
            (5, _) => {
                for (place, block) in tcp.sack.iter_mut().zip(value.chunks_exact(8)) {
                    *place = be32(block, 0).zip(be32(block, 4));
                }
            }
            (8, 8) => tcp.timestamps = tcp.timestamps.or(be32(value, 0).zip(be32(value, 4))),
            _ => {}
        }
    }
}
