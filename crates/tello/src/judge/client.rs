//! Rules that clients keep.

use super::{Datagram, Judge, Sent, shown};
use crate::command::Command;
use crate::reply::alike;
use crate::table::Answer;

/// A drone lands by itself after so long without a command, in nanoseconds (SDK manuals, all versions).
const FIFTEEN: u64 = 15_000_000_000;

impl Judge {
    /// A datagram to the drone.
    pub(super) fn command(&mut self, datagram: &Datagram<'_>) {
        let number = datagram.number;
        let text = str::from_utf8(datagram.bytes).unwrap_or_default();
        let plain = text.is_ascii() && !text.is_empty() && text.trim() == text;
        self.rule("plain", number, (!plain).then(|| format!("\"{}\"", shown(datagram.bytes))));
        let line = text.trim().to_owned();
        let found = Command::find(&line, self.sdk);
        self.rule("known", number, found.as_ref().err().map(ToString::to_string));
        let checked = found.as_ref().ok().map(|command| command.check(self.sdk));
        if let Some(checked) = &checked {
            self.rule("range", number, checked.as_ref().err().map(|problem| format!("{line}: {problem}")));
        }
        let fine = checked.is_some_and(|checked| checked.is_ok());
        let command = found.ok();
        let sent =
            Sent { number, time: datagram.time, from: datagram.from, to: datagram.to, line, command, fine };
        self.order(&sent);
        self.alive(&sent);
        self.again(&sent);
        if sent.line == "command" {
            self.talk.entered.get_or_insert(sent.time);
        }
        match sent.line.as_str() {
            "takeoff" => self.talk.aloft = Some(number),
            "land" | "emergency" => self.talk.aloft = None,
            _ => {}
        }
        self.talk.spoke = Some(sent.time);
        if sent.answer() != Answer::Nothing {
            self.talk.open.push(sent);
        } else if self.talk.entered.is_some() {
            self.rule("rc-silent", number, None);
        }
    }

    /// Whether it comes first, and in its turn.
    fn order(&mut self, sent: &Sent) {
        if !std::mem::replace(&mut self.talk.any, true) {
            let other = (sent.line != "command").then(|| format!("\"{}\"", sent.line));
            self.rule("command-first", sent.number, other);
        }
        // These are obeyed at any time; and both of the first two are often sent at once, which works.
        let free = ["land", "stop", "streamon", "command"].contains(&sent.line.as_str())
            || sent.answer() == Answer::Nothing;
        if free {
            return;
        }
        let waits = self.talk.open.iter().find(|open| alike(open.answer(), sent.answer()));
        let how =
            waits.map(|open| format!("{} was sent while {} waited for its answer", sent.line, open.line));
        self.rule("one-at-a-time", sent.number, how);
    }

    /// Whether it comes before the drone lands by itself.
    fn alive(&mut self, sent: &Sent) {
        let (Some(spoke), Some(flies)) = (self.talk.spoke, self.talk.flies) else { return };
        let silence = sent.time.0.saturating_sub(spoke.0.max(flies.0));
        let how = format!("{:.1} s of silence before {}", silence as f64 / 1e9, sent.line);
        // A command that takes long is no silence: the 15 s count from its end.
        let busy = self.talk.open.iter().any(|open| open.time == spoke);
        self.rule("keep-alive", sent.number, (silence > FIFTEEN && !busy).then_some(how));
    }

    /// Whether it is a move that was sent before, and perhaps done.
    fn again(&mut self, sent: &Sent) {
        if !sent.command.as_ref().is_some_and(|command| command.spec().is_relative()) {
            return;
        }
        let open = self.talk.open.iter().any(|open| open.line == sent.line);
        let lost = self.talk.lost.take().is_some_and(|line| line == sent.line);
        let how = format!("{} was sent again, though it may have been done", sent.line);
        self.rule("no-repeat", sent.number, (open || lost).then_some(how));
    }

    /// Whether it was brought down in the end.
    pub(super) fn landed(&mut self) {
        if let Some(number) = self.talk.aloft {
            self.rule("lands", number, Some("nothing was sent to land it".to_owned()));
        } else if self.talk.any {
            self.rule("lands", 0, None);
        }
    }
}
