//! Names of addresses in a name resolution block.

use super::item::{Named, Names};
use super::order::Order;

impl Names {
    /// Each address with each of its names, in the bytes that the step took. Records of other kinds are none.
    pub fn iter<'a>(&self, taken: &'a [u8]) -> impl Iterator<Item = (Named, &'a [u8])> + use<'a> {
        let records = Records {
            rest: &taken[self.records.start as usize..self.records.end as usize],
            order: self.order,
        };
        records.flat_map(|(kind, value)| {
            let (address, names) = address(kind, value).unzip();
            let names: &[u8] = names.unwrap_or_default();
            let each = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
            each.filter_map(move |name| Some((address?, name)))
        })
    }
}

/// The address of a record, and the names behind it.
fn address(kind: u16, value: &[u8]) -> Option<(Named, &[u8])> {
    match kind {
        1 => value.split_first_chunk::<4>().map(|(ip, rest)| (Named::Ip((*ip).into()), rest)),
        2 => value.split_first_chunk::<16>().map(|(ip, rest)| (Named::Ip((*ip).into()), rest)),
        3 => value.split_first_chunk::<6>().map(|(mac, rest)| (Named::Mac(*mac), rest)),
        4 => value.split_first_chunk::<8>().map(|(eui, rest)| (Named::Eui64(*eui), rest)),
        _ => None,
    }
}

/// The records of a block up to their end mark or to where they are none.
pub(super) struct Records<'a> {
    pub(super) rest: &'a [u8],
    pub(super) order: Order,
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest;
        if rest.len() < 4 {
            return None;
        }
        let (kind, len) = (self.order.u16(rest, 0), usize::from(self.order.u16(rest, 2)));
        if kind == 0 {
            self.rest = &rest[4..];
            return None;
        }
        let value = rest.get(4..4 + len)?;
        self.rest = rest.get(4 + len.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, value))
    }
}
