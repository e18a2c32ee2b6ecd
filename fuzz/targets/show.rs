//! Whatever comes from the wire: a row is one line of text without control characters, and a JSON line is
//! one JSON object, the same whatever was shown before it.

#![no_main]

use std::num::NonZeroU32;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use sockscope_core::batch::Batch;
use sockscope_core::charset::{Charset, Guess, Viewing};
use sockscope_core::event::{Event, Interfaces, Messages, SocketId};
use sockscope_core::facts::{Clock, Direction, Facts, Peer, Stamp, Unit};
use sockscope_view::Render;
use sockscope_view::json::Json;
use sockscope_view::palette::Palette;
use sockscope_view::rows::{Layout, Rows};

/// A message with facts that differ a little from one to the next, as they do.
#[derive(Arbitrary, Debug)]
struct Given<'a> {
    time: Option<u32>,
    port: u8,
    six: bool,
    local: bool,
    interface: u8,
    ttl: Option<u8>,
    cut: bool,
    drops: Option<u8>,
    bytes: &'a [u8],
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    charset: u8,
    sent: bool,
    full: bool,
    verbose: bool,
    messages: [Given<'a>; 3],
}

fuzz_target!(|input: Input<'_>| {
    let viewing = viewing(input.charset);
    let mut batch = Batch::new();
    for given in &input.messages {
        batch.push(given.bytes, facts(given));
    }
    let interfaces = Interfaces(vec![(1, "lo".to_owned()), (2, "odd\"\u{1b}name".to_owned())]);
    let layout = Layout { charset: viewing, full: input.full, verbose: input.verbose, ..Layout::default() };
    let mut rows = Rows::new(layout, Palette::plain());
    let mut json = Json::new(viewing);
    for index in 0..batch.len() {
        let event = Event::Messages(Messages {
            socket: SocketId(1),
            direction: if input.sent { Direction::Tx } else { Direction::Rx },
            unit: if input.sent { Unit::Datagram } else { Unit::Chunk },
            batch: &batch,
            range: index..index + 1,
            local: Some(Peer::Inet(([0, 0, 0, 0], 8080).into())),
            interfaces: &interfaces,
        });
        let row = line(&mut rows, &event);
        assert!(!row.chars().any(char::is_control), "{row:?}");

        let told = line(&mut json, &event);
        let object: serde_json::Value = serde_json::from_str(&told).expect("a JSON line is JSON");
        assert_eq!(object["len"], batch.message(index).bytes.len());
        assert_eq!(told, line(&mut Json::new(viewing), &event), "what was shown before makes no difference");
    }
});

/// No charset, a guess, or one of them all.
fn viewing(number: u8) -> Option<Viewing> {
    match number {
        0 => None,
        1 => Some(Viewing::Auto(Guess::new(""))),
        2 => Some(Viewing::Auto(Guess::new("zh_CN.UTF-8"))),
        n => Charset::all().nth(usize::from(n) % Charset::all().len()).map(Viewing::Chosen),
    }
}

fn facts(given: &Given<'_>) -> Facts {
    let ip: std::net::IpAddr =
        if given.six { [0, 0, 0, 0, 0, 0, 0, 1].into() } else { [127, 0, 0, 1].into() };
    let mut facts = Facts::default();
    facts.time = given.time.map(|t| (Stamp(u64::from(t) * 1_000_000_007), Clock::Kernel));
    facts.peer = Some(Peer::Inet((ip, 50_000 + u16::from(given.port)).into()));
    facts.local = given.local.then_some(ip);
    facts.interface = NonZeroU32::new(u32::from(given.interface % 4));
    facts.ttl = given.ttl;
    facts.cut_from = given.cut.then_some(65_507);
    facts.drops = given.drops.map(u32::from);
    facts
}

/// What a view shows of the event, which is one line.
fn line(view: &mut impl Render, event: &Event<'_>) -> String {
    let mut out = Vec::new();
    view.event(1, event, &mut out);
    let text = String::from_utf8(out).expect("what is shown is text");
    let line = text.strip_suffix('\n').expect("what is shown ends its line");
    assert!(!line.contains('\n'), "{line:?}");
    line.to_owned()
}
