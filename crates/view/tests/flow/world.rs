//! Two ends of TCP and a bad network between them, from a seed; what a recorder in the middle sees.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use sockscope_view::flow::{Flags, Head, Side, Tcp};

use super::given::{ACK, Chance, FIN, PSH, Packet, RST, SYN};

/// How bad the network is, and what the ends do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weather {
    /// In percent: lost before and after the recorder, sent twice, held up.
    pub(crate) unseen: u64,
    pub(crate) lost: u64,
    pub(crate) twice: u64,
    pub(crate) late: u64,
    /// Bytes the receiver has room for; it reads all of them every so often, in milliseconds.
    pub(crate) room: u64,
    pub(crate) reads: u64,
    /// Whether windows are scaled.
    pub(crate) scaled: bool,
    /// Whether the client aborts in the end.
    pub(crate) aborts: bool,
}

pub(crate) const FAIR: Weather =
    Weather { unseen: 0, lost: 0, twice: 0, late: 0, room: 60_000, reads: 1, scaled: true, aborts: false };

const MS: u64 = 1_000_000;
const MSS: u64 = 1000;

/// One end. Places in its stream: 0 the SYN, then the bytes, then the FIN.
struct End {
    iss: u32,
    bytes: Vec<u8>,
    /// First place not acknowledged, next place to send, end of what the other has room for.
    una: u64,
    nxt: u64,
    edge: u64,
    duplicates: u32,
    backoff: u32,
    timer: u64,
    /// The other's number, once it is known.
    irs: Option<u32>,
    rcv: u64,
    beyond: BTreeMap<u64, u64>,
    /// Where the other's stream ends.
    fin: Option<u64>,
    unread: u64,
}

enum Event {
    Arrive(Side, Packet),
    Timer(Side),
    Read(Side),
}

/// The conversation as it goes on.
struct World {
    weather: Weather,
    chance: Chance,
    ports: (u16, u16),
    now: u64,
    ends: [End; 2],
    queue: BinaryHeap<Reverse<(u64, usize)>>,
    events: Vec<Option<Event>>,
    seen: Vec<Packet>,
}

/// The packets of one conversation that sends so many bytes each way, as they were recorded.
pub(crate) fn talk(
    seed: u64,
    start: u64,
    ports: (u16, u16),
    bytes: [usize; 2],
    weather: Weather,
) -> Vec<Packet> {
    let mut chance = Chance(seed);
    let ends = bytes.map(|len| {
        let bytes = (0..len).map(|_| chance.next() as u8).collect();
        // Some numbers go round soon.
        let iss =
            if chance.percent(50) { u32::MAX - chance.below(5000) as u32 } else { chance.next() as u32 };
        End {
            iss,
            bytes,
            una: 0,
            nxt: 0,
            edge: 1,
            duplicates: 0,
            backoff: 0,
            timer: u64::MAX,
            irs: None,
            rcv: 0,
            beyond: BTreeMap::new(),
            fin: None,
            unread: 0,
        }
    });
    let (queue, events) = (BinaryHeap::new(), Vec::new());
    let mut world = World { weather, chance, ports, now: start, ends, queue, events, seen: Vec::new() };
    world.run();
    world.seen.sort_by_key(|packet| packet.time);
    world.seen
}

impl World {
    fn run(&mut self) {
        self.fill(Side::Client);
        for side in [Side::Client, Side::Server] {
            self.at(self.weather.reads * MS, Event::Read(side));
        }
        while let Some(Reverse((time, index))) = self.queue.pop() {
            self.now = time;
            match self.events[index].take().unwrap() {
                Event::Arrive(to, packet) => self.arrive(to, &packet),
                Event::Timer(side) => self.timer(side),
                Event::Read(side) => self.read(side),
            }
            if self.events.len() > 20_000 || self.ends.iter().all(|end| end.una == end.bytes.len() as u64 + 2)
            {
                break;
            }
        }
    }

    fn at(&mut self, after: u64, event: Event) {
        self.queue.push(Reverse((self.now + after, self.events.len())));
        self.events.push(Some(event));
    }

    fn end(&mut self, side: Side) -> &mut End {
        &mut self.ends[side as usize]
    }

    /// Sends what there is room for.
    fn fill(&mut self, side: Side) {
        loop {
            let end = self.end(side);
            let last = end.bytes.len() as u64 + 2;
            let room = end.edge.min(end.nxt + MSS).min(last - 1);
            let to = if end.nxt == 0 { 1 } else { room };
            let fin = to == last - 1 && end.edge >= to;
            let (from, to) = (end.nxt, if fin { last } else { to });
            if to <= from || (from > 0 && end.una == 0) {
                break;
            }
            end.nxt = to;
            self.send(side, from, to);
        }
        let end = self.end(side);
        let wait = if end.una < end.nxt {
            200
        } else if end.nxt < end.bytes.len() as u64 + 2 {
            50
        } else {
            return;
        };
        let (wait, now) = ((wait << end.backoff.min(4)) * MS, self.now);
        let end = self.end(side);
        end.timer = now + wait;
        self.at(wait, Event::Timer(side));
    }

    /// Sends the places from one to another, or only an acknowledgment.
    fn send(&mut self, side: Side, from: u64, to: u64) {
        let (room, scaled) = (self.weather.room, self.weather.scaled);
        let end = &self.ends[side as usize];
        let len = end.bytes.len() as u64;
        let (first, last) = (from.clamp(1, len + 1), to.clamp(1, len + 1));
        let payload = &end.bytes[first as usize - 1..last as usize - 1];
        let (syn, fin) = (from == 0 && to > 0, to == len + 2 && from < to);
        let mut flags = Flags::default();
        for (set, flag) in [(syn, SYN), (fin, FIN), (end.irs.is_some(), ACK), (!payload.is_empty(), PSH)] {
            flags = if set { flags.and(flag) } else { flags };
        }
        let free = room.saturating_sub(end.unread);
        let mut blocks = end.beyond.iter().map(|(l, r)| (end.place(*l), end.place(*r)));
        let sack = if syn { [None; 4] } else { [blocks.next(), blocks.next(), None, None] };
        let tcp = Tcp {
            seq: end.iss.wrapping_add(from as u32),
            ack: end.irs.map(|_| end.place(end.rcv)),
            flags,
            window: if scaled && !syn { free >> 2 } else { free } as u16,
            mss: syn.then_some(MSS as u16),
            scale: (syn && scaled).then_some(2),
            sack_permitted: syn,
            sack,
            timestamps: None,
        };
        let packet = Packet::new(0, side, self.ports, Head::Tcp(tcp), payload);
        self.wire(packet);
    }

    fn wire(&mut self, mut packet: Packet) {
        let Weather { unseen, lost, twice, late, .. } = self.weather;
        for _ in 0..if self.chance.percent(twice) { 2 } else { 1 } {
            let held = if self.chance.percent(late) { self.chance.below(12) * MS } else { 0 };
            packet.time = self.now + MS + held + self.seen.len() as u64 % 900 * 1000;
            if !self.chance.percent(unseen) {
                self.seen.push(packet.clone());
            }
            if !self.chance.percent(lost) {
                let after = packet.time + 2 * MS - self.now;
                self.at(after, Event::Arrive(packet.from.other(), packet.clone()));
            }
        }
    }

    fn arrive(&mut self, side: Side, packet: &Packet) {
        let tcp = *packet.tcp().unwrap();
        if tcp.flags.has(RST) {
            return;
        }
        let scaled = self.weather.scaled && !tcp.flags.has(SYN);
        let window = u64::from(tcp.window) << if scaled { 2 } else { 0 };
        if let Some(ack) = tcp.ack {
            self.acknowledged(side, ack, window, packet.len == 0);
        }
        let room = self.weather.room;
        let end = self.end(side);
        let irs = *end.irs.get_or_insert(tcp.seq);
        let fin = tcp.flags.has(FIN);
        let more = u64::from(packet.len) + u64::from(tcp.flags.has(SYN)) + u64::from(fin);
        let from = end
            .rcv
            .checked_add_signed(i64::from(tcp.seq.wrapping_sub(irs.wrapping_add(end.rcv as u32)) as i32));
        let Some(from) = from.filter(|_| more > 0) else { return self.fill(side) };
        let to = from + more;
        if to > end.rcv && to - u64::from(fin) <= end.rcv + room.saturating_sub(end.unread) {
            end.fin = end.fin.or(fin.then_some(to));
            end.receive(from, to);
        }
        if side == Side::Server && self.ends[1].nxt == 0 {
            self.fill(side);
        } else {
            let nxt = self.end(side).nxt;
            self.send(side, nxt, nxt);
            self.fill(side);
        }
    }

    fn acknowledged(&mut self, side: Side, ack: u32, window: u64, pure: bool) {
        let end = self.end(side);
        let una = end.iss.wrapping_add(end.una as u32);
        let ahead = ack.wrapping_sub(una) as i32;
        let place = end.una.saturating_add_signed(i64::from(ahead));
        if ahead < 0 || place > end.bytes.len() as u64 + 2 {
            return;
        }
        if ahead == 0 && pure && end.nxt > end.una && end.edge == place + window {
            end.duplicates += 1;
            if end.duplicates == 3 {
                self.again(side);
            }
        } else if ahead > 0 {
            (end.una, end.duplicates, end.backoff) = (place, 0, 0);
            end.nxt = end.nxt.max(place);
        }
        let end = self.end(side);
        end.edge = place + window;
    }

    /// Sends the first segment again that is not acknowledged.
    fn again(&mut self, side: Side) {
        let end = self.end(side);
        let (from, last) = (end.una, end.bytes.len() as u64 + 2);
        let to = if from == 0 { 1 } else { end.nxt.min(from + MSS) };
        self.send(side, from, to.min(last));
    }

    fn timer(&mut self, side: Side) {
        let now = self.now;
        let end = self.end(side);
        if end.timer != now {
            return;
        }
        end.backoff += 1;
        if end.una < end.nxt {
            self.again(side);
        } else if end.edge <= end.nxt && end.nxt <= end.bytes.len() as u64 {
            // Is there room now?
            let from = end.nxt;
            self.send(side, from, from + 1);
        }
        self.fill(side);
    }

    fn read(&mut self, side: Side) {
        let (room, aborts, reads) = (self.weather.room, self.weather.aborts, self.weather.reads);
        let end = self.end(side);
        let closed = room.saturating_sub(end.unread) < MSS;
        end.unread = 0;
        if closed {
            let nxt = end.nxt;
            self.send(side, nxt, nxt);
        }
        if aborts && side == Side::Client && self.ends[1].una > self.ends[1].bytes.len() as u64 / 2 {
            let end = &self.ends[0];
            let (seq, ack) = (end.iss.wrapping_add(end.nxt as u32), Some(end.place(end.rcv)));
            let tcp = Tcp { seq, ack, flags: RST.and(ACK), ..Tcp::default() };
            self.wire(Packet::new(0, side, self.ports, Head::Tcp(tcp), b""));
            self.queue.clear();
            return;
        }
        self.at(reads * MS, Event::Read(side));
    }
}

impl End {
    /// A place of the other's stream as its sequence number.
    fn place(&self, place: u64) -> u32 {
        self.irs.unwrap().wrapping_add(place as u32)
    }

    fn receive(&mut self, from: u64, to: u64) {
        self.beyond.insert(from, to.max(self.beyond.get(&from).copied().unwrap_or(0)));
        while let Some((&from, &to)) = self.beyond.first_key_value() {
            if from > self.rcv {
                break;
            }
            self.beyond.remove(&from);
            if to > self.rcv {
                self.unread += to - self.rcv - u64::from(self.rcv == 0) - u64::from(self.fin == Some(to));
                self.rcv = to;
            }
        }
    }
}
