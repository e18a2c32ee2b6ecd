//! Blocks and files as their writers make them, and a little differently.

use super::super::Order;

/// Numbers in one order.
pub(super) trait Write {
    fn order(&self) -> Order;

    fn u16(&self, n: u16) -> [u8; 2] {
        if self.order() == Order::Big { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    fn u32(&self, n: u32) -> [u8; 4] {
        if self.order() == Order::Big { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    fn u64(&self, n: u64) -> [u8; 8] {
        if self.order() == Order::Big { n.to_be_bytes() } else { n.to_le_bytes() }
    }
}

/// A file of pcapng.
pub(super) struct Pcapng {
    pub(super) order: Order,
    pub(super) bytes: Vec<u8>,
}

impl Write for Pcapng {
    fn order(&self) -> Order {
        self.order
    }
}

/// An option, padded.
pub(super) fn option(order: Order, code: u16, value: &[u8]) -> Vec<u8> {
    let file = Pcapng::empty(order);
    let mut bytes = [file.u16(code), file.u16(value.len() as u16)].concat();
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

impl Pcapng {
    pub(super) fn empty(order: Order) -> Self {
        Self { order, bytes: Vec::new() }
    }

    /// With a section and an interface of Ethernet with microseconds and no limit.
    pub(super) fn new(order: Order) -> Self {
        let mut file = Self::empty(order);
        file.section(&[]);
        file.interface(1, 0, &[]);
        file
    }

    pub(super) fn block(&mut self, kind: u32, body: &[u8]) {
        let len = self.u32(body.len().next_multiple_of(4) as u32 + 12);
        self.bytes.extend(self.u32(kind));
        self.bytes.extend(len);
        self.bytes.extend(body);
        self.bytes.resize(self.bytes.len() + body.len().next_multiple_of(4) - body.len(), 0);
        self.bytes.extend(len);
    }

    pub(super) fn section(&mut self, options: &[u8]) {
        let mut body = self.u32(0x1a2b_3c4d).to_vec();
        body.extend([self.u16(1), self.u16(0)].concat());
        body.extend(self.u64(u64::MAX));
        body.extend(options);
        self.block(0x0a0d_0d0a, &body);
    }

    pub(super) fn interface(&mut self, link: u16, snap: u32, options: &[u8]) {
        let mut body = [self.u16(link), self.u16(0)].concat();
        body.extend(self.u32(snap));
        body.extend(options);
        self.block(1, &body);
    }

    pub(super) fn packet(&mut self, interface: u32, ticks: u64, data: &[u8]) {
        self.enhanced(interface, ticks, (data.len() as u32, data.len() as u32), data, &[]);
    }

    /// `said` are the captured length and that on the wire.
    pub(super) fn enhanced(
        &mut self,
        interface: u32,
        ticks: u64,
        said: (u32, u32),
        data: &[u8],
        options: &[u8],
    ) {
        let high = (ticks >> 32) as u32;
        let mut body = [interface, high, ticks as u32, said.0, said.1].map(|n| self.u32(n)).concat();
        body.extend(data);
        body.resize(body.len().next_multiple_of(4), 0);
        body.extend(options);
        self.block(6, &body);
    }
}

/// A file of pcap.
pub(super) struct Pcap {
    pub(super) order: Order,
    pub(super) long: bool,
    pub(super) bytes: Vec<u8>,
}

impl Write for Pcap {
    fn order(&self) -> Order {
        self.order
    }
}

impl Pcap {
    pub(super) fn new(order: Order, magic: u32, snap: u32, network: u32) -> Self {
        let mut file = Self { order, long: magic == 0xa1b2_cd34, bytes: Vec::new() };
        file.bytes.extend(file.u32(magic));
        file.bytes.extend([file.u16(2), file.u16(4)].concat());
        file.bytes.extend([0, 0, snap, network].map(|n| file.u32(n)).concat());
        file
    }

    pub(super) fn packet(&mut self, second: u32, fraction: u32, data: &[u8]) {
        self.record([second, fraction, data.len() as u32, data.len() as u32], data);
    }

    pub(super) fn record(&mut self, header: [u32; 4], data: &[u8]) {
        self.bytes.extend(header.map(|n| self.u32(n)).concat());
        if self.long {
            self.bytes.extend(self.u32(3));
            self.bytes.extend([8, 0, 4, 0]);
        }
        self.bytes.extend(data);
    }
}
