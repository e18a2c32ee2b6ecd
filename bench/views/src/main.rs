//! `views kind=json|rows|raw [count=N]`: renders messages of 32 bytes with all facts, 64 in a batch, writes what
//! becomes of them to standard output as sockscope does, and tells the rate on standard error as a JSON object.

use std::io::Write;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use sockscope_core::batch::Batch;
use sockscope_core::event::{Event, Interfaces, Messages, SocketId};
use sockscope_core::facts::{Clock, Direction, Facts, Peer, Stamp, Unit};
use sockscope_view::Render;
use sockscope_view::json::Json;
use sockscope_view::palette::Palette;
use sockscope_view::raw::Raw;
use sockscope_view::rows::{Layout, Rows};

/// Messages of a batch: as many as one receive gives.
const BATCH: usize = 64;

/// Bytes that are collected before they are written.
const FULL: usize = 256 << 10;

fn main() -> std::io::Result<()> {
    let kind = argument("kind").unwrap_or_else(|| "json".to_owned());
    let count: u64 = argument("count").and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let mut view: Box<dyn Render> = match kind.as_str() {
        "json" => Box::new(Json::new(None)),
        "rows" => Box::new(Rows::new(Layout::default(), Palette::plain())),
        "raw" => Box::new(Raw),
        _ => return Err(std::io::Error::other(format!("no view is called {kind}; json, rows or raw"))),
    };
    let (spent, written) = render(view.as_mut(), count)?;
    let (ns, bytes) = (spent.as_nanos() as f64 / count as f64, written as f64 / count as f64);
    eprintln!("{{\"rate\": {:.0}, \"ns\": {ns:.1}, \"bytes\": {bytes:.1}}}", 1e9 / ns);
    Ok(())
}

/// The time that rendering and writing took, and the bytes. It is the same batch again and again: what making messages
/// costs is not in it.
fn render(view: &mut dyn Render, count: u64) -> std::io::Result<(Duration, u64)> {
    let mut stdout = std::io::stdout().lock();
    let (mut out, mut written) = (Vec::new(), 0);
    let (batch, interfaces) = (batch(), Interfaces::default());
    let begin = Instant::now();
    for first in (0..count).step_by(BATCH) {
        let messages = Messages {
            socket: SocketId(1),
            direction: Direction::Rx,
            unit: Unit::Datagram,
            batch: &batch,
            range: 0..BATCH.min((count - first) as usize),
            local: Some(Peer::Inet(([127, 0, 0, 1], 8080).into())),
            interfaces: &interfaces,
        };
        view.event(first + 1, &Event::Messages(messages), &mut out);
        if out.len() >= FULL {
            written += out.len() as u64;
            stdout.write_all(&out)?;
            out.clear();
        }
    }
    written += out.len() as u64;
    stdout.write_all(&out)?;
    Ok((begin.elapsed(), written))
}

/// Messages of two peers, eight of one and eight of the other, a microsecond apart.
fn batch() -> Batch {
    let mut batch = Batch::new();
    for number in 0..BATCH as u64 {
        let mut facts = Facts::default();
        facts.time = Some((Stamp(1_767_323_045_123_456_789 + number * 1013), Clock::Kernel));
        facts.peer = Some(Peer::Inet(([127, 0, 0, 1], 40_000 + (number / 8 % 2) as u16).into()));
        facts.local = Some([127, 0, 0, 1].into());
        facts.interface = NonZeroU32::new(1);
        facts.ttl = Some(64);
        facts.tclass = Some(0);
        facts.drops = Some(7);
        batch.push(format!("message number {number:>16}\n").as_bytes(), facts);
    }
    batch
}

/// The value of an argument such as `kind=json`.
fn argument(name: &str) -> Option<String> {
    std::env::args().skip(1).find_map(|word| word.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}
