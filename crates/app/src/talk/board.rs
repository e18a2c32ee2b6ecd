//! What is shown of what happens, what is kept to be found again, and what is written into a file.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::rc::Rc;

use sockscope::bus::Sink;
use sockscope::core::batch::Message;
use sockscope::core::charset::{Charset, Viewing};
use sockscope::core::event::{Event, Messages, SocketId, Trouble, Warning};
use sockscope::core::filter::{Filter, Needle, Seen};
use sockscope::view::Render;
use sockscope::view::palette::{Ink, Palette};
use sockscope::view::rows::{Dump, Layout, Rows};
use sockscope::view::talk::Talk;

use super::record::Record;
use super::store::{MOST, Store};
use super::wrap;
use crate::console::View;
use crate::paper::Paper;

/// Messages that are found and shown at once; that there are more is told.
const FOUND: usize = 200;

/// The board, for those who look at what happens and for those who change how.
pub(super) type Shared = Rc<RefCell<Board>>;

/// What is shown, kept and written.
pub(super) struct Board {
    paper: Box<dyn Paper>,
    look: Look,
    rows: Rows,
    filter: Option<Filter>,
    names: HashMap<SocketId, Rc<str>>,
    store: Store,
    record: Record,
    /// Rows on their way to the paper.
    out: Vec<u8>,
}

/// How things are shown at the start.
pub(super) struct Look {
    pub(super) layout: Layout,
    /// Of rows.
    pub(super) palette: Palette,
    /// Of words.
    pub(super) inks: Palette,
    /// Who says what opens and closes, where that is for the board to show.
    pub(super) talk: Option<Talk>,
    /// Whether messages are shown as rows; else somebody else shows them, or nobody.
    pub(super) rows: bool,
    /// Whether warnings are shown; else somebody else shows them.
    pub(super) warnings: bool,
    /// Whether what could not be opened is a row like others; else whoever asked for it is told.
    pub(super) failures: bool,
}

impl Board {
    pub(super) fn new(paper: Box<dyn Paper>, look: Look) -> Self {
        Self {
            rows: Rows::new(look.layout.clone(), look.palette.clone()),
            record: Record::new(look.layout.charset),
            filter: None,
            names: HashMap::new(),
            store: Store::new(MOST),
            out: Vec::new(),
            paper,
            look,
        }
    }

    /// The colours of words.
    pub(super) fn inks(&self) -> &Palette {
        &self.look.inks
    }

    /// Shows lines that are laid out and coloured already.
    pub(super) fn lay(&mut self, lines: &str) {
        let _ = self.paper.idle().and_then(|()| self.paper.say(lines.as_bytes()));
    }

    /// Tells the person something, in whole lines.
    pub(super) fn say(&mut self, words: &str) {
        self.inked(words, |_| None);
    }

    /// Tells the person something that went wrong.
    pub(super) fn alarm(&mut self, words: &str) {
        self.inked(words, |palette| Some(&palette.error));
    }

    /// Answers with something of less weight.
    pub(super) fn note(&mut self, words: &str) {
        self.inked(words, |palette| Some(&palette.note));
    }

    fn inked(&mut self, words: &str, ink: impl Fn(&Palette) -> Option<&Ink>) {
        let mut text = Vec::new();
        let columns = self.paper.columns();
        let lines =
            words.lines().flat_map(|line| columns.map_or(vec![line.into()], |most| wrap::line(line, most)));
        for line in lines {
            match ink(&self.look.inks) {
                Some(ink) => ink.paint(&mut text, |out| out.extend_from_slice(line.as_bytes())),
                None => text.extend_from_slice(line.as_bytes()),
            }
            text.push(b'\n');
        }
        // What was shown before comes before.
        let _ = self.paper.idle().and_then(|()| self.paper.say(&text));
    }

    /// Asks for the next line with these words.
    pub(super) fn prompt(&mut self, words: &str) {
        self.paper.prompt(words);
    }

    pub(super) fn clear(&mut self) {
        // A screen that is gone is found out with the next row.
        let _ = self.paper.clear();
    }

    /// Shows names of sessions where there are several.
    pub(super) fn several(&mut self, several: bool) {
        self.look.layout.names = several;
        self.lay_out();
    }

    /// Shows text in this charset from now on.
    pub(super) fn charset(&mut self, viewing: Viewing) {
        self.look.layout.charset = Some(viewing);
        self.record.charset(Some(viewing));
        self.lay_out();
    }

    /// Shows messages differently.
    pub(super) fn view(&mut self, views: &[View]) {
        let layout = &mut self.look.layout;
        for view in views {
            match view {
                View::Narrow => layout.dump = Dump::Narrow,
                View::Wide => layout.dump = Dump::Wide,
                View::None => layout.dump = Dump::None,
                View::Full => layout.full = true,
                View::Folded => layout.full = false,
                View::Verbose => layout.verbose = true,
                View::Brief => layout.verbose = false,
            }
        }
        self.lay_out();
    }

    fn lay_out(&mut self) {
        self.rows.lay_out(self.look.layout.clone());
    }

    /// Shows only this.
    pub(super) fn filter(&mut self, filter: Option<Filter>) {
        self.filter = filter;
    }

    /// Shows the messages that have `needle` once more; what to say of it.
    pub(super) fn find(&mut self, needle: &Needle) -> String {
        let Self { store, rows, look, .. } = self;
        let mut shown = Vec::new();
        let found = store.find(needle, look.layout.charset.as_ref(), FOUND, |seq, event| {
            rows.aside().event(seq, event, &mut shown);
        });
        let _ = self.paper.idle().and_then(|()| self.paper.say(&shown));
        let gone = match self.store.gone {
            0 => String::new(),
            gone => format!("; {gone} older ones are not kept any more (64 MiB are), /save keeps all"),
        };
        let of = format!("{} kept{gone}", self.store.len());
        match found {
            0 => format!("nothing has {needle} among {of}"),
            found if found > FOUND => format!("{found} have {needle}, the last {FOUND} are shown, of {of}"),
            found => format!("{found} {} {needle}, of {of}", if found == 1 { "has" } else { "have" }),
        }
    }

    /// Writes all that passes into a file from now on.
    pub(super) fn save(&mut self, path: &Path) -> Result<(), String> {
        self.record.begin(path)?;
        self.paper.elsewhere(&format!("all are in {}", path.display()));
        Ok(())
    }

    /// Writes no more; what to say of it, if something was written.
    pub(super) fn saved(&mut self) -> Option<Result<String, String>> {
        let ended = self.record.end()?;
        self.paper.elsewhere("/filter shows fewer, /save keeps all");
        Some(ended)
    }

    fn event(&mut self, seq: u64, event: &Event<'_>) -> io::Result<()> {
        if let Err(why) = self.record.event(seq, event) {
            self.alarm(&why);
        }
        match event {
            Event::Opened(opened) => {
                self.names.insert(opened.socket, opened.name.unwrap_or_default().into());
            }
            Event::Messages(messages) => self.store.keep(seq, messages),
            _ => {}
        }
        self.show(seq, event)?;
        if let Event::Closed(closed) = event {
            self.names.remove(&closed.socket);
        }
        Ok(())
    }

    fn show(&mut self, seq: u64, event: &Event<'_>) -> io::Result<()> {
        if let Event::Messages(messages) = event {
            return if self.look.rows { self.messages(seq, messages) } else { Ok(()) };
        }
        let wanted = match event {
            Event::Warning(warning) => self.look.warnings && self.warns(warning),
            _ => self.look.rows,
        };
        self.out.clear();
        self.rows.event(seq, event, &mut self.out);
        if wanted && !self.out.is_empty() {
            self.paper.told(&self.out)?;
        }
        if let Some(talk) = &mut self.look.talk {
            self.out.clear();
            talk.event(seq, event, &mut self.out);
            if !self.out.is_empty() {
                self.paper.idle()?;
                self.paper.say(&self.out)?;
            }
        }
        Ok(())
    }

    /// All are rendered, so that the text of a stream goes on where rows of it are not shown.
    fn messages(&mut self, seq: u64, messages: &Messages<'_>) -> io::Result<()> {
        self.out.clear();
        if self.filter.is_none() {
            self.rows.event(
                seq,
                &Event::Messages(Messages { range: messages.range.clone(), ..*messages }),
                &mut self.out,
            );
        } else {
            for (seq, index) in (seq..).zip(messages.range.clone()) {
                let (before, one) = (self.out.len(), Messages { range: index..index + 1, ..*messages });
                let admitted = self.admits(messages, messages.batch.message(index));
                self.rows.event(seq, &Event::Messages(one), &mut self.out);
                if !admitted {
                    self.out.truncate(before);
                }
            }
        }
        if self.out.is_empty() { Ok(()) } else { self.paper.rows(&self.out) }
    }

    fn admits(&self, messages: &Messages<'_>, message: Message<'_>) -> bool {
        let facts = message.facts;
        let viewing = self.look.layout.charset;
        self.passes(&Seen {
            dir: Some(messages.direction),
            peer: facts.peer,
            number: facts.number.map(u32::from),
            session: self.names.get(&messages.socket).map_or("", |name| &**name),
            bytes: message.bytes,
            flawed: facts.frame.is_some_and(|frame| frame.flaw.is_some()),
            is_warning: false,
            text: viewing.map_or(Charset::UTF_8, |viewing| viewing.resolve(message.bytes).0),
        })
    }

    /// What could not be opened no filter hides: somebody asked for it.
    fn warns(&self, warning: &Warning) -> bool {
        let peer = match &warning.what {
            Trouble::NotOpened { .. } => return self.look.failures,
            Trouble::Fault { peer, .. } | Trouble::NotSent { peer, .. } | Trouble::Broken { peer, .. } => {
                *peer
            }
            _ => None,
        };
        self.passes(&Seen {
            dir: None,
            peer,
            number: None,
            session: self.names.get(&warning.socket).map_or("", |name| &**name),
            bytes: &[],
            flawed: false,
            is_warning: true,
            text: Charset::UTF_8,
        })
    }

    fn passes(&self, seen: &Seen<'_>) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.admits(seen))
    }

    fn idle(&mut self) -> io::Result<()> {
        if let Err(why) = self.record.idle() {
            self.alarm(&why);
        }
        self.paper.idle()
    }
}

/// The board as one of those who are told what happens.
pub(super) struct Watch(pub(super) Shared);

impl Sink for Watch {
    fn event(&mut self, seq: u64, event: &Event<'_>) -> io::Result<()> {
        self.0.borrow_mut().event(seq, event)
    }

    fn idle(&mut self) -> io::Result<()> {
        self.0.borrow_mut().idle()
    }
}
