//! What keys do.

use sockscope::view::hex;

use super::dump::Dump;
use super::help;
use super::key::{Act, Key, act};
use super::line::Paint;
use super::prompt::{Ask, Prompt};
use super::view::{Pane, View};

/// What whoever has the terminal does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Goes on.
    On,
    /// Draws all anew.
    Redraw,
    /// Stops until the shell goes on with it.
    Suspend,
    /// Leaves.
    Quit,
}

/// Columns by which what packets say is slid.
const SLIDE: usize = 8;

impl View {
    /// Does what a key means.
    pub(super) fn press(&mut self, key: Key) -> Turn {
        if key == Key::Ctrl('c') {
            return Turn::Quit;
        }
        self.said = None;
        self.settle();
        if self.prompt.is_some() {
            self.type_key(key);
            return Turn::On;
        }
        if let (Key::Char(c @ '0'..='9'), None) = (key, &self.page) {
            let digit = u64::from(c as u32 - '0' as u32);
            self.count = Some(self.count.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            return Turn::On;
        }
        let count = self.count.take();
        let Some(act) = act(key) else {
            self.refuse(format!("{key} means nothing here; ? tells all keys"));
            return Turn::On;
        };
        match (act, count) {
            (Act::First | Act::Last, Some(number)) => self.go_to_packet(number),
            _ => return self.act(act),
        }
        Turn::On
    }

    fn act(&mut self, act: Act) -> Turn {
        match act {
            Act::Quit | Act::Leave => return self.leave(act),
            Act::Redraw => return Turn::Redraw,
            Act::Suspend => return Turn::Suspend,
            Act::Help => self.page = Some(help::keys()),
            Act::About => self.page = Some(help::about(&self.packets)),
            Act::Search => self.prompt = Some(Prompt::new(Ask::Search, "")),
            Act::Charset => self.next_charset(),
            Act::AskCharset => self.prompt = Some(Prompt::new(Ask::Charset, "")),
            Act::Next | Act::Before => self.search_on(act == Act::Before),
            _ if self.page.as_mut().is_some_and(|page| page.act(act)) => {}
            _ if self.page.is_some() => self.refuse("q goes back to the packets"),
            _ => self.act_on_packets(act),
        }
        Turn::On
    }

    fn act_on_packets(&mut self, act: Act) {
        match act {
            Act::NextPane => self.turn_pane([Pane::Layers, Pane::Bytes, Pane::List]),
            Act::PaneBefore => self.turn_pane([Pane::Bytes, Pane::List, Pane::Layers]),
            Act::Zoom => self.zoomed = !self.zoomed,
            Act::GoTo => self.prompt = Some(Prompt::new(Ask::GoTo, "")),
            Act::Filter => {
                let text = self.sieve.as_ref().map(|sieve| sieve.text().to_owned()).unwrap_or_default();
                self.prompt = Some(Prompt::new(Ask::Filter, &text));
            }
            Act::Clear => self.clear_filter(),
            Act::Mark => self.mark(),
            Act::NextMark => self.next_mark(),
            Act::Follow => self.begin_follow(),
            Act::Clock => {
                let words = self.look.next_clock();
                self.say(words);
            }
            Act::Hex => self.tell_hex(),
            Act::OpenAll => self.on_layers(super::layers::Layers::open_all),
            Act::CloseAll => self.on_layers(super::layers::Layers::close_all),
            _ => match self.pane {
                Pane::List => self.move_list(act),
                Pane::Layers => self.move_layers(act),
                Pane::Bytes => self.move_bytes(act),
            },
        }
    }

    fn turn_pane(&mut self, next: [Pane; 3]) {
        self.pane = next[self.pane as usize];
    }

    fn on_layers(&mut self, change: fn(&mut super::layers::Layers)) {
        change(&mut self.layers);
        self.show_node();
    }

    fn move_list(&mut self, act: Act) {
        let page = self.heights()[0].saturating_sub(1).max(1) as u64;
        let row = self.list.row;
        match act {
            Act::Up => self.go_by_hand(row.saturating_sub(1)),
            Act::Down => self.go_by_hand(row + 1),
            Act::PageUp => self.go_by_hand(row.saturating_sub(page)),
            Act::PageDown => self.go_by_hand(row + page),
            Act::First => self.go_by_hand(0),
            Act::Last => {
                self.go_by_hand(u64::MAX);
                self.list.tail = true;
                if self.packets.may_grow() {
                    self.say("stays at the end while packets come");
                }
            }
            Act::Right => self.list.slide += SLIDE,
            Act::Left => self.list.slide = self.list.slide.saturating_sub(SLIDE),
            Act::Open => self.pane = Pane::Layers,
            _ => {}
        }
    }

    /// Goes to a row, since somebody wants to be there.
    pub(super) fn go_by_hand(&mut self, row: u64) {
        self.list.tail = false;
        self.target = None;
        if let Some(sieve) = &mut self.sieve {
            sieve.from = None;
        }
        self.go_to_row(row);
    }

    fn move_layers(&mut self, act: Act) {
        let page = self.heights()[1].saturating_sub(1).max(1) as isize;
        match act {
            Act::Up => self.layers.step(-1),
            Act::Down => self.layers.step(1),
            Act::PageUp => self.layers.step(-page),
            Act::PageDown => self.layers.step(page),
            Act::First => self.layers.step(isize::MIN),
            Act::Last => self.layers.step(isize::MAX),
            Act::Open => self.layers.turn(),
            Act::Right => self.layers.enter(),
            Act::Left => self.layers.leave(),
            Act::Close => self.layers.close(),
            _ => {}
        }
        self.show_node();
    }

    fn move_bytes(&mut self, act: Act) {
        let per = Dump::per_row(self.size.0) as isize;
        let page = self.heights()[2].saturating_sub(1).max(1) as isize;
        match act {
            Act::Up => self.dump.step(-per),
            Act::Down => self.dump.step(per),
            Act::PageUp => self.dump.step(-per * page),
            Act::PageDown => self.dump.step(per * page),
            Act::First => self.dump.step(isize::MIN),
            Act::Last => self.dump.step(isize::MAX),
            Act::Right => self.dump.step(1),
            Act::Left => self.dump.step(-1),
            Act::Open => self.pane = Pane::Layers,
            _ => return,
        }
        self.show_byte();
    }

    /// Ends what goes on, or closes what is on top; else leaves.
    fn leave(&mut self, act: Act) -> Turn {
        if act == Act::Leave && self.end_work() {
            return Turn::On;
        }
        if self.page.take().is_none() {
            return Turn::Quit;
        }
        self.talk = None;
        Turn::On
    }

    fn mark(&mut self) {
        let Some(packet) = self.packet() else { return };
        if !self.marked.remove(&(packet + 1)) {
            self.marked.insert(packet + 1);
        }
    }

    /// Goes to the next marked packet that is shown; from the last one to the first.
    fn next_mark(&mut self) {
        let from = self.packet().map_or(1, |packet| packet + 2);
        let shown = |number: &&u64| self.packet_in(self.row_of(**number - 1)) == Some(**number - 1);
        let next = self.marked.range(from..).chain(self.marked.range(..from)).find(shown).copied();
        match next {
            Some(number) => self.go_by_hand(self.row_of(number - 1)),
            None => self.refuse("no packet is marked here; m marks one"),
        }
    }

    fn tell_hex(&mut self) {
        let mut out = Vec::new();
        hex::spaced(self.dump.field(), &mut out);
        let text = String::from_utf8_lossy(&out).into_owned();
        match text.is_empty() {
            true => self.refuse("no bytes are chosen: choose a layer"),
            false => self.said = Some((Paint::Plain, text)),
        }
    }

    fn next_charset(&mut self) {
        self.look.next_charset();
        self.charset_changed();
    }

    pub(super) fn charset_changed(&mut self) {
        self.reopen();
        self.show_talk();
        self.say(format!("text is shown in {}", self.look.charset_name()));
    }
}
