//! What is typed on the last line, and what comes of it.

use sockscope::core::capture_filter::Filter;
use sockscope::core::charset::Viewing;
use sockscope::core::problem::Problem;

use super::key::Key;
use super::prompt::{Ask, Prompt, Typed};
use super::search::Search;
use super::sieve::Sieve;
use super::view::View;

impl View {
    /// A key while something is asked.
    pub(super) fn type_key(&mut self, key: Key) {
        let Some(prompt) = &mut self.prompt else { return };
        let ask = prompt.ask;
        match prompt.press(key) {
            Typed::More => {}
            Typed::No => self.prompt = None,
            Typed::Answer(text) => {
                self.prompt = None;
                if let Err(problem) = self.answer(ask, &text) {
                    self.ask_again(ask, &text, &problem);
                }
            }
        }
    }

    /// Says what is wrong with an answer, and goes to the spot.
    fn ask_again(&mut self, ask: Ask, text: &str, problem: &Problem) {
        let mut prompt = Prompt::new(ask, text);
        if problem.input == text {
            prompt.go_to(problem.span.start);
        }
        self.prompt = Some(prompt);
        self.refuse(problem.to_string());
    }

    fn answer(&mut self, ask: Ask, text: &str) -> Result<(), Problem> {
        match ask {
            Ask::Search if text.is_empty() => self.search_on(false),
            Ask::Search => {
                self.search = Some(Search::new(text)?);
                self.search_on(false);
            }
            Ask::GoTo => {
                let what = "a packet has a number from 1 on";
                let number =
                    text.trim().parse().map_err(|_| Problem::whole(text, what, "write one, or Esc"))?;
                self.go_to_packet(number);
            }
            Ask::Filter => self.set_filter(text)?,
            Ask::Charset => {
                self.look.charset = Some(Viewing::find(text, &self.look.locale)?);
                self.charset_changed();
            }
        }
        Ok(())
    }

    fn set_filter(&mut self, text: &str) -> Result<(), Problem> {
        if text.trim().is_empty() {
            self.clear_filter();
            return Ok(());
        }
        let mut sieve = Sieve::new(Filter::parse(text)?, self.packet().unwrap_or(0));
        sieve.meet(self.packets.index().interfaces().iter().map(|interface| interface.link))?;
        self.sieve = Some(sieve);
        (self.list.row, self.list.top) = (0, 0);
        Ok(())
    }

    /// All packets again, at the one that is chosen.
    pub(super) fn clear_filter(&mut self) {
        let packet = self.packet().or(self.sieve.as_ref().map(|sieve| sieve.origin));
        self.sieve = None;
        self.go_to_row(packet.unwrap_or(0));
    }

    /// Goes to a packet by its number from 1, at once or when it is known.
    pub(super) fn go_to_packet(&mut self, number: u64) {
        self.list.tail = false;
        let Some(packet) = number.checked_sub(1) else {
            return self.refuse("packets are counted from 1");
        };
        let there = self.sieve.as_ref().map_or(self.packets.len(), |sieve| sieve.set.looked());
        if packet >= there && self.is_looking() {
            self.target = Some(packet);
            return self.say(format!("goes to packet {number} as soon as it is known; Esc ends that"));
        }
        if packet >= self.packets.len() {
            return self
                .refuse(format!("there is no packet {number}; the last one is {}", self.packets.len()));
        }
        self.go_by_hand(self.row_of(packet));
        if self.packet() != Some(packet) {
            self.say(format!("the filter does not admit packet {number}"));
        }
    }

    /// Searches on from where one is.
    pub(super) fn search_on(&mut self, back: bool) {
        let row = self.list.row;
        let Some(search) = &mut self.search else {
            return self.refuse("nothing was searched for; / does");
        };
        if let Some(page) = &mut self.page {
            let text = search.text().to_owned();
            if !page.find(&text, back) {
                self.refuse(format!("{text} is not found {}", if back { "above" } else { "below" }));
            }
            return;
        }
        search.begin(row, back);
        self.list.tail = false;
        self.target = None;
    }
}
