//! Each mark alone, by hand.

use sockscope_view::flow::{
    Flags, Head, Mark, Marks, Seen, SeenTcp, Segment, Side, Step, Tcp, Tracker, Transport, UNACKED,
};

use super::given::{ACK, FIN, Packet, RST, SYN};
use Side::{Client, Server};

/// Milliseconds, who, sequence number, acknowledgment, window, flags besides ACK, bytes.
type Row = (u64, Side, u32, Option<u32>, u16, Flags, usize);

const NONE: Flags = Flags(0);

const OPEN: [Row; 3] = [
    (0, Client, 999, None, 100, SYN, 0),
    (10, Server, u32::MAX, Some(1000), 100, SYN, 0),
    (20, Client, 1000, Some(0), 100, NONE, 0),
];

fn packet((ms, from, seq, ack, window, flags, len): Row) -> Packet {
    let flags = if ack.is_some() { flags.and(ACK) } else { flags };
    let scale = flags.has(SYN).then_some(0);
    let tcp = Tcp { seq, ack, flags, window, scale, ..Tcp::default() };
    Packet::new(ms * 1_000_000, from, (40000, 7000), Head::Tcp(tcp), &vec![7; len])
}

/// What is seen of each row after the handshake, which has no mark.
fn seen(rows: &[Row]) -> Vec<SeenTcp> {
    let mut tracker = Tracker::default();
    let mut take =
        |number: usize, row: &Row| tracker.take(&packet(*row).segment(number as u64 + 1)).tcp.unwrap();
    let rows: Vec<_> = OPEN.iter().chain(rows).collect();
    let mut all: Vec<_> = rows.into_iter().enumerate().map(|(number, row)| take(number, row)).collect();
    let steps: Vec<_> =
        all.drain(..3).inspect(|seen| assert!(seen.marks.is_empty())).map(|seen| seen.step).collect();
    assert_eq!(steps, [Some(Step::Syn), Some(Step::SynAck), Some(Step::Ack)]);
    all
}

/// The marks of the last row.
fn marks(rows: &[Row]) -> Vec<Mark> {
    seen(rows).last().unwrap().marks.iter().collect()
}

/// The client sends so many bytes.
fn data(ms: u64, seq: u32, len: usize) -> Row {
    (ms, Client, seq, Some(0), 100, NONE, len)
}

/// The server acknowledges.
fn ack(ms: u64, ack: u32, window: u16) -> Row {
    (ms, Server, 0, Some(ack), window, NONE, 0)
}

#[test]
fn each_mark_alone() {
    use Mark::*;
    let cases: &[(&[Row], &[Mark])] = &[
        (&[data(30, 1000, 9), data(230, 1000, 9)], &[Retransmission]),
        (
            &[data(30, 1000, 9), ack(40, 1009, 100), data(230, 1000, 9)],
            &[Retransmission, SpuriousRetransmission],
        ),
        (
            &[
                data(30, 1000, 9),
                data(31, 1009, 9),
                ack(32, 1000, 100),
                ack(33, 1000, 100),
                data(34, 1000, 9),
            ],
            &[Retransmission, FastRetransmission],
        ),
        (&[data(30, 1000, 9), data(31, 1018, 9), data(32, 1009, 9)], &[OutOfOrder]),
        (&[data(30, 1000, 9), data(31, 1018, 9)], &[PreviousNotCaptured]),
        (&[data(30, 1000, 9), ack(31, 1018, 100)], &[AckedNotCaptured]),
        (&[ack(30, 1000, 100), ack(31, 1000, 100)], &[DuplicateAck]),
        (&[data(30, 1000, 9), ack(31, 1009, 100), data(9000, 1008, 0)], &[KeepAlive]),
        (
            &[data(30, 1000, 9), ack(31, 1009, 100), data(9000, 1008, 1), ack(9001, 1009, 100)],
            &[KeepAliveAck],
        ),
        (&[data(30, 1000, 9), ack(31, 1009, 0)], &[ZeroWindow]),
        (&[ack(30, 1000, 90)], &[WindowUpdate]),
        (&[data(30, 1000, 100)], &[WindowFull]),
        (&[data(30, 1000, 9), ack(31, 1009, 0), data(300, 1009, 1)], &[ZeroWindowProbe]),
        (
            &[data(30, 1000, 9), ack(31, 1009, 0), data(300, 1009, 1), ack(301, 1009, 0)],
            &[ZeroWindow, ZeroWindowProbeAck],
        ),
    ];
    for (number, (rows, want)) in cases.iter().enumerate() {
        assert_eq!(marks(rows), *want, "case {number}");
    }
}

#[test]
fn plain_facts_are_told() {
    let rows = [
        data(30, 1000, 9),
        data(31, 1009, 9),
        ack(35, 1018, 100),
        ack(36, 1018, 100),
        (40, Client, 1018, Some(0), 100, FIN, 0),
        (50, Client, 1018, Some(0), 100, FIN, 0),
        (60, Server, 0, Some(1019), 0, RST, 0),
    ];
    let all = seen(&rows);
    assert_eq!((all[0].seq, all[0].next, all[0].ack, all[0].in_flight), (1, 10, Some(1), Some(9)));
    assert_eq!(all[1].in_flight, Some(18));
    assert_eq!(all[2].acks.map(|acks| (acks.packet, acks.after.as_micros())), Some((5, 4000)));
    assert_eq!(all[3].duplicate.map(|duplicate| (duplicate.number, duplicate.of)), Some((1, 6)));
    assert_eq!((all[4].fin, all[5].fin, all[6].rst), (true, false, true));
    assert_eq!(all[5].again.map(|again| again.packet), Some(8));
    assert_eq!(all[6].marks, Marks::default());
}

#[test]
fn windows_are_scaled_where_both_offer_it() {
    let window = |client: Option<u8>, server: Option<u8>| {
        let mut tracker = Tracker::default();
        let mut last = None;
        for (number, row) in OPEN.into_iter().enumerate() {
            let mut packet = packet(row);
            if let Head::Tcp(tcp) = &mut packet.head {
                let scale = if row.1 == Client { client } else { server };
                tcp.scale = scale.filter(|_| tcp.flags.has(SYN));
            }
            last = tracker.take(&packet.segment(number as u64)).tcp;
        }
        last.unwrap().window
    };
    assert_eq!(window(Some(3), Some(5)), Some(800));
    assert_eq!(window(Some(3), None), Some(100));
    assert_eq!(window(None, Some(3)), Some(100));
    let middle = Tracker::default().take(&packet(OPEN[2]).segment(1)).tcp.unwrap();
    assert_eq!((middle.window, middle.seq, middle.ack), (None, 1, Some(1)));
}

/// Takes rows in one tracker.
fn all(tracker: &mut Tracker, rows: &[Row]) -> Vec<Seen> {
    rows.iter().map(|row| tracker.take(&packet(*row).segment(1))).collect()
}

#[test]
fn a_port_that_is_used_again_is_a_new_conversation() {
    let mut tracker = Tracker::default();
    all(&mut tracker, &OPEN);
    let again = all(&mut tracker, &[(90, Client, 999, None, 100, SYN, 0)])[0];
    assert_eq!((again.stream, again.tcp.unwrap().marks.has(Mark::Retransmission)), (0, true));
    let new =
        all(&mut tracker, &[(91, Client, 5000, None, 100, SYN, 0), (92, Server, 5, Some(5001), 9, SYN, 0)]);
    assert_eq!((new[0].stream, new[0].first, new[0].tcp.unwrap().seq), (1, true, 0));
    assert_eq!(new[0].tcp.unwrap().marks.iter().collect::<Vec<_>>(), [Mark::PortReused]);
    assert_eq!((new[1].stream, new[1].first), (1, false));
    all(&mut tracker, &[(93, Server, 6, Some(5001), 9, RST, 0)]);
    let third = all(&mut tracker, &[(94, Client, 5000, None, 100, SYN, 0)])[0];
    assert_eq!((third.stream, third.from), (2, Client));
}

#[test]
fn transports_are_numbered_apart() {
    let mut tracker = Tracker::default();
    let mut take = |port, head, from| {
        let seen = tracker.take(&Packet::new(0, from, (port, 7000), head, b"").segment(1));
        (seen.transport, seen.stream, seen.first, seen.from)
    };
    let (udp, tcp) = (Transport::Udp, Transport::Tcp);
    assert_eq!(take(1, Head::Udp, Server), (udp, 0, true, Client));
    assert_eq!(take(1, Head::Udp, Client), (udp, 0, false, Server));
    assert_eq!(take(1, Head::Tcp(Tcp::default()), Client), (tcp, 0, true, Client));
    assert_eq!(take(2, Head::Udp, Client), (udp, 1, true, Client));
    let answer = Tcp { flags: SYN.and(ACK), ack: Some(1), ..Tcp::default() };
    assert_eq!(take(3, Head::Tcp(answer), Server), (tcp, 1, true, Server));
}

#[test]
fn memory_is_bounded() {
    let mut tracker = Tracker::default();
    for number in 0..2 * UNACKED as u64 {
        let row = data(number, (number * 7) as u32, 7);
        tracker.take(&Segment { number, ..packet(row).segment(1) });
        assert!(tracker.held() <= UNACKED);
    }
    assert_eq!(tracker.held(), UNACKED);
    all(&mut tracker, &[ack(0, 14 * UNACKED as u32, 1)]);
    assert_eq!(tracker.held(), 0);
}
