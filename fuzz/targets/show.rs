//! Whatever comes from the wire: a row is one line of text without control characters, and a JSON line
//! is one JSON object.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_core::batch::Batch;
use sockscope_core::charset::Charset;
use sockscope_core::event::{Event, Interfaces, Messages, SocketId};
use sockscope_core::facts::{Direction, Facts, Peer};
use sockscope_view::Render;
use sockscope_view::json::Json;
use sockscope_view::palette::Palette;
use sockscope_view::rows::{Layout, Rows};

fuzz_target!(|input: (u8, bool, bool, &[u8])| {
    let (charset, sent, full, bytes) = input;
    let all: Vec<Charset> = Charset::all().collect();
    let charset = all.get(usize::from(charset) % (all.len() + 1)).copied();

    let mut facts = Facts::default();
    facts.peer = Some(Peer::Inet(([127, 0, 0, 1], 54321).into()));
    facts.cut_from = (bytes.len() > 8).then_some(65_507);
    let mut batch = Batch::new();
    batch.push(bytes, facts);
    let messages = Messages {
        socket: SocketId(1),
        direction: if sent { Direction::Tx } else { Direction::Rx },
        batch: &batch,
        range: 0..1,
        local: None,
        interfaces: &Interfaces::default(),
    };
    let event = Event::Messages(messages);

    let layout = Layout { charset, full, ..Layout::default() };
    let row = line(&mut Rows::new(layout, Palette::plain()), &event);
    assert!(!row.chars().any(char::is_control), "{row:?}");

    let json = line(&mut Json::new(charset), &event);
    let object: serde_json::Value = serde_json::from_str(&json).expect("a JSON line is JSON");
    assert_eq!(object["len"], bytes.len());
});

/// What a view shows of the event, which is one line.
fn line(view: &mut impl Render, event: &Event<'_>) -> String {
    let mut out = Vec::new();
    view.event(1, event, &mut out);
    let text = String::from_utf8(out).expect("what is shown is text");
    let line = text.strip_suffix('\n').expect("what is shown ends its line");
    assert!(!line.contains('\n'), "{line:?}");
    line.to_owned()
}
