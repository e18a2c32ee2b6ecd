//! The numbers as a table of text.

use std::time::Duration;

use super::{Closed, Conversation, Stats};
use crate::flow::{Side, Transport};

/// The columns: head, and whether they are words, which stand on the left.
const COLUMNS: &[(&str, bool)] = &[
    ("stream", true),
    ("client", true),
    ("server", true),
    ("packets >", false),
    ("bytes >", false),
    ("packets <", false),
    ("bytes <", false),
    ("seconds", false),
    ("B/s >", false),
    ("B/s <", false),
    ("handshake ms", false),
    ("rtt ms >", false),
    ("rtt ms <", false),
    ("again", false),
    ("gaps", false),
    ("ended", true),
];

/// Appends a line for each conversation, `>` from client to server and `<` back, and the totals of the transports.
/// What is not known is `-`; round trips are medians.
pub fn table(stats: &Stats, out: &mut Vec<u8>) {
    let head = COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut rows: Vec<Vec<String>> = vec![head];
    rows.extend(stats.conversations().iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<_> = (0..COLUMNS.len()).map(width).collect();
    for row in &rows {
        let cell = |((text, width), (_, left)): ((&String, &usize), &(&str, bool))| match left {
            true => format!("{text:<width$}"),
            false => format!("{text:>width$}"),
        };
        let cells: Vec<_> = row.iter().zip(&widths).zip(COLUMNS).map(cell).collect();
        out.extend_from_slice(cells.join("  ").trim_end().as_bytes());
        out.push(b'\n');
    }
    for transport in [Transport::Tcp, Transport::Udp] {
        let all = stats.total(transport);
        let count = stats.conversations().iter().filter(|one| one.transport == transport).count();
        let word = transport.word();
        let line = format!("{word}: conversations {count}, packets {}, bytes {}\n", all.packets, all.bytes);
        out.extend_from_slice(line.as_bytes());
    }
}

fn row(one: &Conversation) -> Vec<String> {
    let (client, server) = (one.sent(Side::Client), one.sent(Side::Server));
    let tcp = one.tcp.as_deref();
    let rtt = |side| known(tcp.and_then(|tcp| tcp.sent(side).rtt.median()).map(millis));
    let sum = |count: fn(&super::TcpSide) -> u64| {
        known(tcp.map(|tcp| count(tcp.sent(Side::Client)) + count(tcp.sent(Side::Server))))
    };
    vec![
        format!("{} {}", one.transport.word(), one.stream),
        one.client.to_string(),
        one.server.to_string(),
        client.packets.to_string(),
        client.bytes.to_string(),
        server.packets.to_string(),
        server.bytes.to_string(),
        format!("{:.6}", one.duration().as_secs_f64()),
        known(one.rate(Side::Client).map(|rate| format!("{rate:.0}"))),
        known(one.rate(Side::Server).map(|rate| format!("{rate:.0}"))),
        known(tcp.and_then(super::TcpStats::handshake).map(millis)),
        rtt(Side::Client),
        rtt(Side::Server),
        sum(|side| side.retransmissions),
        sum(|side| side.gaps),
        known(tcp.and_then(super::TcpStats::closed).map(ended)),
    ]
}

fn known(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn millis(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1000.0)
}

fn ended(closed: Closed) -> String {
    let name = |side| if side == Side::Client { "client" } else { "server" };
    match closed {
        Closed::Fin(side, true) => format!("by the {}", name(side)),
        Closed::Fin(side, false) => format!("half, by the {}", name(side)),
        Closed::Reset(side) => format!("reset by the {}", name(side)),
    }
}
