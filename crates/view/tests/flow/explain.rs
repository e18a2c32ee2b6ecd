//! A conversation told in sentences.

use proptest::prelude::*;
use sockscope_core::facts::Stamp;
use sockscope_core::lang::Lang;
use sockscope_view::flow::explain::{Explain, Sent, WIDTH};
use sockscope_view::flow::{Flags, Head, Side, Tcp, Tracker};

use super::given::{ACK, FIN, PSH, Packet, RST, SYN};
use super::world::{FAIR, Weather, talk};
use Side::{Client, Server};

fn tcp(ms: u64, from: Side, seq: u32, ack: Option<u32>, flags: Flags, payload: &[u8]) -> Packet {
    let flags = if ack.is_some() { flags.and(ACK) } else { flags };
    let syn = flags.has(SYN).then_some(7);
    let head = Tcp {
        seq,
        ack,
        flags,
        window: 500,
        scale: syn,
        mss: syn.map(|_| 1460),
        sack_permitted: syn.is_some(),
        ..Tcp::default()
    };
    Packet::new(ms * 1_000_000, from, (40000, 7000), Head::Tcp(head), payload)
}

fn told(lang: Lang, packets: &[Packet], sends: Vec<Sent>) -> String {
    let (mut tracker, mut explain, mut out) = (Tracker::default(), Explain::new(lang, sends), Vec::new());
    for (number, packet) in (1..).zip(packets) {
        let segment = packet.segment(number);
        explain.take(&segment, &tracker.take(&segment), &mut out);
    }
    explain.end(&mut out);
    let text = String::from_utf8(out).unwrap();
    for line in text.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= WIDTH, "{line}");
    }
    text
}

/// The text with its lines joined.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn whole() -> Vec<Packet> {
    vec![
        tcp(0, Client, 999, None, SYN, b""),
        tcp(2, Server, 4999, Some(1000), SYN, b""),
        tcp(3, Client, 1000, Some(5000), ACK, b""),
        tcp(4, Client, 1000, Some(5000), PSH, b"one\ntwo\n"),
        tcp(5, Server, 5000, Some(1008), ACK, b""),
        tcp(6, Client, 1008, Some(5000), FIN, b""),
        tcp(7, Server, 5000, Some(1009), ACK, b""),
        tcp(8, Server, 5000, Some(1009), PSH, b"bye"),
        tcp(9, Client, 1009, Some(5003), ACK, b""),
        tcp(10, Server, 5003, Some(1009), FIN, b""),
        tcp(11, Client, 1009, Some(5004), ACK, b""),
    ]
}

#[test]
fn a_whole_conversation_is_told() {
    let text = told(Lang::En, &whole(), Vec::new());
    assert!(text.contains("  client 10.0.0.1:40000  "), "{text}");
    assert!(text.contains("     1      0.000000  ── SYN seq 0 ─"), "{text}");
    assert!(text.contains("     2      0.002000  ◀─"), "{text}");
    let text = flat(&text);
    for want in [
        "initial sequence number is 999,",
        "The server agrees (SYN with ACK) after 2.000 ms",
        "The client acknowledges that after 1.000 ms: the connection is open.",
        "scaled windows yes, selective acknowledgment yes, time stamps no",
        "The client sends bytes 1 to 8 (8 bytes). One segment holds 2 lines",
        "The server acknowledges bytes 1 to 8, 1.000 ms after packet 4.",
        "The client closes its direction (FIN): byte 8 was its last. This is a half-close; the server may still send.",
        "It acknowledges the FIN of the client.",
        "The server closes its direction as well (FIN): byte 3 was its last.",
        "The client closed first, so TIME-WAIT is with it",
    ] {
        assert!(text.contains(want), "{want}\n{text}");
    }
    assert!(!text.contains("not captured"), "{text}");
}

#[test]
fn it_is_told_in_chinese() {
    let text: String = told(Lang::Zh, &whole(), Vec::new()).split_whitespace().collect();
    for want in [
        "客户端10.0.0.1:40000",
        "初始序号是999",
        "连接建立了",
        "发送第1到8字节（8字节）",
        "一个段里有2行",
        "这只是半关闭",
        "所以TIME-WAIT在它那里",
    ] {
        assert!(text.contains(want), "{want}\n{text}");
    }
}

#[test]
fn a_refusal_and_an_abort_are_told_apart() {
    let refused = [tcp(0, Client, 9, None, SYN, b""), tcp(1, Server, 0, Some(10), RST, b"")];
    assert!(flat(&told(Lang::En, &refused, Vec::new())).contains("The server refuses (RST): nobody listens"));
    let mut packets = whole()[..5].to_vec();
    packets.push(tcp(9, Client, 1008, Some(5000), RST, b""));
    assert!(flat(&told(Lang::En, &packets, Vec::new())).contains("The client aborts the connection (RST)"));
    let mut packets = whole()[..7].to_vec();
    packets.extend([tcp(9, Server, 5000, Some(1009), PSH, b"x"), tcp(9, Client, 1009, None, RST, b"")]);
    assert!(
        flat(&told(Lang::En, &packets, Vec::new()))
            .contains("bytes of the server came for which there is no reader")
    );
}

#[test]
fn both_may_open_and_close_at_once() {
    let packets = [
        tcp(0, Client, 9, None, SYN, b""),
        tcp(0, Server, 49, None, SYN, b""),
        tcp(1, Client, 9, Some(50), SYN, b""),
        tcp(1, Server, 49, Some(10), SYN, b""),
        tcp(5, Client, 10, Some(50), FIN, b""),
        tcp(5, Server, 50, Some(10), FIN, b""),
    ];
    let text = flat(&told(Lang::En, &packets, Vec::new()));
    assert!(text.contains("a simultaneous open") && text.contains("both close at the same time"), "{text}");
    assert!(text.contains("The recording ends before both directions were closed"), "{text}");
}

#[test]
fn what_was_not_captured_is_told() {
    let text = flat(&told(Lang::En, &whole()[3..5], Vec::new()));
    assert!(text.contains("The beginning of the conversation was not captured."), "{text}");
    assert!(text.contains("The end of the conversation was not captured"), "{text}");
}

#[test]
fn sends_that_stuck_together_or_were_split_are_told() {
    let send = |len| Sent { time: Stamp(0), from: Client, len };
    let text = flat(&told(Lang::En, &whole(), vec![send(4), send(3), send(5)]));
    assert!(
        text.contains("It carries 3 sends of the program, number 1 to 3: they stuck together."),
        "{text}"
    );
    assert!(text.contains("Send number 3, of 5 bytes, was split: 1 byte of it are here."), "{text}");
    assert!(text.contains("Sends of the programs that were not seen to their end: 1."), "{text}");
    assert!(!flat(&told(Lang::En, &whole(), vec![send(8)])).contains("ends of the program"));
}

#[test]
fn long_runs_are_folded() {
    let mut packets = whole()[..3].to_vec();
    for number in 0..500_u32 {
        let at = 10 + u64::from(number) * 2;
        packets.push(tcp(at, Client, 1000 + number * 1000, Some(5000), ACK, &[b'x'; 1000]));
        if number % 4 == 3 {
            packets.push(tcp(at + 1, Server, 5000, Some(2000 + number * 1000), ACK, b""));
        }
    }
    let text = told(Lang::En, &packets, Vec::new());
    let want = "Packets 4 to 628: 500 segments, 500,000 bytes to the server, acknowledged by 125 ACKs.";
    assert!(flat(&text).contains(want), "{text}");
    assert!(text.lines().count() < 25, "{text}");
}

#[test]
fn datagrams_are_told() {
    let packets: Vec<_> = (1..4)
        .map(|n| {
            Packet::new(
                n,
                if n == 2 { Server } else { Client },
                (40000, 7000),
                Head::Udp,
                &vec![0; n as usize],
            )
        })
        .collect();
    let text = flat(&told(Lang::En, &packets, Vec::new()));
    assert!(text.contains("Nothing is acknowledged"), "{text}");
    assert!(
        text.contains("The client sends a datagram of 1 byte.")
            && text.contains("The server sends a datagram of 2 bytes."),
        "{text}"
    );
    assert!(!text.contains("captured"), "{text}");
}

#[test]
fn bad_weather_is_told() {
    let storm = Weather { lost: 5, late: 5, twice: 5, room: 4000, reads: 150, ..FAIR };
    let packets = talk(7, 1_000_000_000, (40000, 7000), [30_000, 5000], storm);
    let text = flat(&told(Lang::En, &packets, Vec::new()));
    for want in [
        "etransmission: ",
        "Duplicate acknowledgment: ",
        "Zero window: ",
        "Zero-window probe: ",
        "began with the same byte",
    ] {
        assert!(text.contains(want), "{want}\n{text}");
    }
    told(Lang::Zh, &packets, Vec::new());
}

proptest! {
    #[test]
    fn anything_can_be_told(
        packets in prop::collection::vec((any::<bool>(), 0_u32..40, any::<Option<u8>>(), 0_u16..32, 0_usize..12), 0..60),
        sends in prop::collection::vec((any::<bool>(), 0_u64..20), 0..9),
    ) {
        let side = |client| if client { Client } else { Server };
        let one = |(number, (from, seq, ack, flags, len)): (usize, (bool, u32, Option<u8>, u16, usize))| {
            tcp(number as u64, side(from), seq.wrapping_sub(20), ack.map(u32::from), Flags(flags), &vec![b'\n'; len])
        };
        let packets: Vec<_> = packets.into_iter().enumerate().map(one).collect();
        let sends: Vec<_> = sends.into_iter().map(|(from, len)| Sent { time: Stamp(0), from: side(from), len }).collect();
        for lang in [Lang::En, Lang::Zh] {
            told(lang, &packets, sends.clone());
        }
    }
}
