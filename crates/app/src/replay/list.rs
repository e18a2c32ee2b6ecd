//! What would be sent, with its numbers.

use sockscope::core::batch::Batch;
use sockscope::core::event::{Event, Interfaces, Messages, SocketId};
use sockscope::core::facts::{Clock, Direction, Facts, Peer, Stamp, Unit};
use sockscope::core::replay::What;
use sockscope::view::Render;
use sockscope::view::flow::Transport;
use sockscope::view::palette::Palette;
use sockscope::view::rows::{Layout, Rows};

use super::reader::{Found, Read};
use super::{Edits, Source};
use crate::out;

/// Shows what would be sent, one message a row: its number, and the row that it would have, with the time and the
/// addresses of the recording. `now`: for fields that tell the time.
///
/// # Errors
///
/// The recording cannot be read, a field cannot be computed, or nobody reads the rows.
pub(crate) fn list(
    mut source: Source,
    edits: &mut Edits,
    layout: Layout,
    palette: Palette,
    now: Stamp,
) -> anyhow::Result<()> {
    let mut rows = Rows::new(layout, palette);
    let mut paper = out::Rows::open()?;
    let width = source.survey.messages.to_string().len();
    let mut number = 0;
    while let Some(mut found) = source.reader.next()? {
        let Read::Part(What::Message(bytes)) = &mut found.what else { continue };
        number += 1;
        let bytes = edits.apply(number, std::mem::take(bytes), now)?;
        let mut line = format!("{number:width$}  ").into_bytes();
        row(&found, &bytes, number, &mut rows, &mut line);
        paper.put(&line)?;
    }
    Ok(paper.flush()?)
}

fn row(found: &Found, bytes: &[u8], number: u64, rows: &mut Rows, out: &mut Vec<u8>) {
    let mut facts = Facts::default();
    facts.peer = Some(Peer::Inet(found.to));
    facts.time = found.time.map(|time| (time, Clock::Kernel));
    let mut batch = Batch::new();
    batch.push(bytes, facts);
    let event = Event::Messages(Messages {
        socket: SocketId(found.talk.1),
        direction: Direction::Tx,
        unit: if found.talk.0 == Transport::Udp { Unit::Datagram } else { Unit::Chunk },
        batch: &batch,
        range: 0..1,
        local: Some(Peer::Inet(found.from)),
        interfaces: &Interfaces::default(),
    });
    rows.event(number, &event, out);
}
