//! Pages of help, and about the file.

use sockscope::view::recording::Statistics;

use super::key::KEYS;
use super::line::{Line, Paint};
use super::nodes::line;
use super::packets::Packets;
use super::page::Page;

/// All keys.
pub(super) fn keys() -> Page {
    let mut text = Vec::new();
    for spec in KEYS {
        let mut row = Line::default();
        row.cell(Paint::Plain, &spec.keys(), 17);
        text.push((Paint::Plain, format!("{} {}", row.text(), spec.help)));
    }
    let more = [
        "",
        "Ctrl-C leaves whatever goes on. A number in front of g or G is that of a packet.",
        "A row with * is marked. In the layers + can be opened, - is open.",
        "Relative numbers of TCP are shown as far as conversations were followed; before that, those of the header.",
    ];
    text.extend(more.map(|words| (Paint::Note, words.to_owned())));
    Page::new("Keys", text, 18)
}

/// What is known of the file.
pub(super) fn about(packets: &Packets) -> Page {
    let index = packets.index();
    let mut text = Vec::new();
    let mut add = |paint, words: String| text.push((paint, words));
    let name = line(index.recording().name().as_bytes());
    add(Paint::Plain, format!("{name}: {} packets in {} bytes so far", index.len(), index.at()));
    for section in index.sections() {
        let (major, minor) = section.version;
        add(Paint::Title, format!("Section: {:?}, version {major}.{minor}", section.format));
        let told =
            [("machine", &section.hardware), ("system", &section.os), ("written by", &section.application)];
        for (what, words) in told {
            if let Some(words) = words {
                add(Paint::Plain, format!("  {what}: {}", line(words)));
            }
        }
        section.comments.iter().for_each(|words| add(Paint::Plain, format!("  comment: {}", line(words))));
    }
    for interface in index.interfaces() {
        let name = interface.name.as_deref().map(line).unwrap_or_default();
        let link = interface.link.name().map_or_else(|| interface.link.number().to_string(), str::to_owned);
        add(Paint::Title, format!("Interface {}: {name} link {link}", interface.number));
        for words in &interface.comments {
            add(Paint::Plain, format!("  comment: {}", line(words)));
        }
    }
    index.statistics().iter().for_each(|counted| add(Paint::Plain, statistics(counted)));
    for note in index.notes() {
        add(Paint::Error, note.to_string());
    }
    let more = index.noted() - index.notes().len() as u64;
    if more > 0 {
        add(Paint::Error, format!("and {more} flaws more"));
    }
    if let Some(note) = index.unfinished() {
        add(Paint::Warning, format!("waited for: {note}"));
    }
    if let Some(why) = packets.broken() {
        add(Paint::Error, line(why.as_bytes()));
    }
    Page::new("About the file", text, 4)
}

fn statistics(counted: &Statistics) -> String {
    let who =
        counted.interface.map_or_else(|| "an interface".to_owned(), |number| format!("interface {number}"));
    let counts = [
        ("received", counted.received),
        ("dropped", counted.dropped),
        ("let through by the filter", counted.accepted),
        ("dropped by the system", counted.os_dropped),
        ("delivered", counted.delivered),
    ];
    let told: Vec<_> =
        counts.into_iter().filter_map(|(what, count)| count.map(|count| format!("{count} {what}"))).collect();
    format!("Counted by {who}: {}", if told.is_empty() { "nothing".to_owned() } else { told.join(", ") })
}
