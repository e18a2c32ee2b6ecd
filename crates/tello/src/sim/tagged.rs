//! Commands with a tag, of which several copies come (DJI's RoboMaster SDK): `Re0102 takeoff`.

use std::net::SocketAddr;

use sockscope::core::moment::Moment;

use super::Drone;

impl Drone {
    /// A command of which several copies come: it is done once, and each copy is answered.
    pub(super) fn tagged(&mut self, now: Moment, from: SocketAddr, (label, copy): (&str, &str), line: &str) {
        let tag = format!("Re{label}{copy} ");
        if let Some(doing) = self.doing.as_mut().filter(|doing| doing.label() == Some(label)) {
            return doing.answers.push((from, tag));
        }
        let known = self.tags.iter().find(|(known, _)| known == label).map(|(_, answer)| answer.clone());
        let answer = known.or_else(|| {
            let answer = self.at_once(now, from, &tag, line);
            // What takes long is answered when it is done.
            let begun = self.doing.as_ref().is_some_and(|doing| doing.label() == Some(label));
            let answer = answer.or_else(|| (!begun).then(|| "ok".to_owned()))?;
            self.remember(label, &answer);
            Some(answer)
        });
        if let Some(answer) = answer {
            self.reply(now, from, tag + &answer);
        }
    }

    pub(super) fn remember(&mut self, label: &str, answer: &str) {
        self.tags.push_back((label.to_owned(), answer.to_owned()));
        self.tags.drain(..self.tags.len().saturating_sub(10));
    }
}

/// Label and number of the copy, and the command: `0102 battery?`.
pub(super) fn tag(text: &str) -> Option<((&str, &str), &str)> {
    let (tag, line) = text.split_once(' ')?;
    let digits = tag.len() == 4 && tag.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| (tag.split_at(2), line))
}
