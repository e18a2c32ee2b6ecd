//! What goes on between keys: indexing, following conversations, filters, searches.

use super::follow::Follow;
use super::packets::STEP;
use super::page::Page;
use super::search::Found;
use super::view::View;

impl View {
    /// Finds the first packets.
    ///
    /// # Errors
    ///
    /// It cannot be read, is no recording, or the filter has no sense for it.
    pub(super) fn begin(&mut self) -> Result<(), sockscope::error::Error> {
        self.packets.advance()?;
        if let Some(sieve) = &mut self.sieve {
            sieve.meet(self.packets.index().interfaces().iter().map(|interface| interface.link))?;
        }
        self.work();
        Ok(())
    }

    /// Whether there is something to do at once.
    pub(super) fn is_busy(&self) -> bool {
        let searching = self.search.as_ref().is_some_and(|search| search.runs);
        let learning = self.packets.known().done() < self.packets.len();
        self.is_looking() || searching || self.follow.is_some() || learning
    }

    /// Does a part of what there is to do, some milliseconds long; whether there is more.
    pub(super) fn work(&mut self) -> bool {
        if self.packets.is_more()
            && let Err(error) = self.packets.advance()
        {
            self.refuse(error.to_string());
        }
        let sifting = self.sift();
        self.arrive();
        let searching = self.seek();
        let following = self.listen();
        // Whoever waits for something comes first.
        let learning = !(sifting || searching || following) && self.packets.learn();
        sifting || searching || following || learning || self.packets.is_more()
    }

    /// Looks whether the file has grown; whether there is something to do.
    pub(super) fn look_again(&mut self) -> bool {
        let before = self.packets.len();
        if self.packets.may_grow()
            && let Err(error) = self.packets.advance()
        {
            self.refuse(error.to_string());
        }
        self.packets.is_more() || self.packets.len() > before
    }

    /// Whether packets that are not known yet are being looked for.
    pub(super) fn is_looking(&self) -> bool {
        let sifting =
            self.sieve.as_ref().is_some_and(|sieve| !sieve.ended && sieve.set.looked() < self.packets.len());
        self.packets.is_more() || sifting
    }

    fn sift(&mut self) -> bool {
        let Some(sieve) = &mut self.sieve else { return false };
        let more = match sieve.step(&mut self.packets) {
            Ok(more) => more,
            Err(error) => {
                sieve.ended = true;
                self.refuse(error);
                return false;
            }
        };
        // Once it is past the packet that was chosen before, that is the place to be.
        if let Some(from) =
            sieve.from.filter(|from| sieve.set.looked() > *from || !more && !self.packets.is_more())
        {
            sieve.from = None;
            let row = sieve.set.rank(from);
            self.go_to_row(row);
        }
        more
    }

    /// Goes to the packet that was waited for.
    fn arrive(&mut self) {
        let Some(packet) = self.target else { return };
        let there = self.sieve.as_ref().map_or(self.packets.len(), |sieve| sieve.set.looked());
        if packet < there || !self.is_looking() {
            self.said = None;
            self.go_to_packet(packet + 1);
        }
    }

    fn seek(&mut self) -> bool {
        let Some(mut search) = self.search.take().filter(|search| search.runs) else {
            return false;
        };
        let mut found = None;
        for _ in 0..STEP {
            let looking = self.is_looking();
            if !search.step(self.rows(), looking) {
                break;
            }
            let packet = self.packet_in(search.next);
            let looked =
                packet.map_or(Ok(Found::No), |packet| search.look(&mut self.packets, &self.look, packet));
            match looked {
                Ok(Found::No) => {}
                Ok(Found::Yes(byte)) => {
                    found = Some(byte);
                    break;
                }
                Err(error) => {
                    self.refuse(error);
                    search.runs = false;
                    break;
                }
            }
        }
        if let Some(byte) = found {
            search.runs = false;
            self.go_by_hand(search.next);
            self.settle();
            if let Some(byte) = byte {
                self.layers.choose(0, byte);
                self.show_node();
            }
            if search.round {
                self.say("found after going on at the other end");
            }
        } else if !search.runs && self.said.is_none() {
            self.refuse(format!("{} is not found", search.text()));
        }
        let runs = search.runs;
        self.search = Some(search);
        runs
    }

    pub(super) fn begin_follow(&mut self) {
        let Some(opened) = &self.opened else { return };
        match Follow::new(&mut self.packets, &opened.raw) {
            Some(follow) => self.follow = Some(Box::new(follow)),
            None => self.refuse("this packet is no part of a conversation of UDP or TCP"),
        }
    }

    fn listen(&mut self) -> bool {
        let Some(follow) = &mut self.follow else { return false };
        match follow.step(&mut self.packets) {
            Ok(true) => return true,
            Ok(false) => {}
            Err(error) => self.refuse(error),
        }
        self.end_follow();
        false
    }

    fn end_follow(&mut self) {
        if let Some(follow) = self.follow.take() {
            self.talk = Some(follow.end());
            self.show_talk();
        }
    }

    /// Shows the conversation that was followed, if one was.
    pub(super) fn show_talk(&mut self) {
        if let Some(talk) = &self.talk {
            self.page = Some(Page::new(talk.title(&self.look), talk.lines(&self.look), 2));
        }
    }

    /// Ends what somebody waits for; whether there was something.
    pub(super) fn end_work(&mut self) -> bool {
        if let Some(follow) = &self.follow {
            let words = format!("ended after packet {}; what came before is shown", follow.looked);
            self.end_follow();
            self.say(words);
        } else if let Some(search) = self.search.as_mut().filter(|search| search.runs) {
            search.runs = false;
            let words = format!("the search was ended in row {}", search.next + 1);
            self.say(words);
        } else if self.target.take().is_some() {
            self.say("stays here");
        } else if self
            .sieve
            .as_ref()
            .is_some_and(|sieve| !sieve.ended && sieve.set.looked() < self.packets.len())
        {
            let Some(sieve) = &mut self.sieve else { return false };
            (sieve.ended, sieve.from) = (true, None);
            let words =
                format!("the filter was ended after packet {}; f begins it again", sieve.set.looked());
            self.say(words);
        } else {
            return false;
        }
        true
    }

    /// What goes on, in words.
    pub(super) fn doing(&self) -> Option<String> {
        let percent = |part: u64, all: u64| (u128::from(part) * 100 / u128::from(all.max(1))) as u64;
        let all = self.packets.len();
        if let Some(follow) = &self.follow {
            return Some(format!("following {} %", percent(follow.looked, all)));
        }
        if let Some(search) = self.search.as_ref().filter(|search| search.runs) {
            return Some(format!("searching row {}", search.next + 1));
        }
        if self.packets.is_more() {
            return Some(match self.packets.percent() {
                Some(percent) => format!("indexing {percent} %"),
                None => "indexing".to_owned(),
            });
        }
        let sieve = self.sieve.as_ref().filter(|sieve| !sieve.ended && sieve.set.looked() < all);
        sieve.map(|sieve| format!("filtering {} %", percent(sieve.set.looked(), all)))
    }
}
