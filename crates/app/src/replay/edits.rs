//! Messages that are sent otherwise than they were recorded.

use std::collections::BTreeMap;

use sockscope::core::charset::{Charset, Unmappable};
use sockscope::core::facts::Stamp;
use sockscope::core::payload::{Context, Eol, Payload, Template};
use sockscope::core::problem::Problem;
use sockscope::core::rng::Rng;

/// What stands in the place of messages, by their numbers.
#[derive(Debug)]
pub(crate) struct Edits {
    templates: BTreeMap<u64, Template>,
    rng: Rng,
    utc_offset: i32,
    /// How many were made.
    counter: u64,
}

/// What begins hex in the place of text.
const HEX: &str = "hex:";

impl Edits {
    /// Reads edits: `3=TEXT` in the notation of payloads, `3=hex:BYTES`.
    ///
    /// # Errors
    ///
    /// No number from 1 before the `=`, a message edited twice, or a payload that is wrong, pointing at the spot.
    pub(crate) fn read(
        texts: &[String],
        charset: Charset,
        seed: u64,
        utc_offset: i32,
    ) -> Result<Self, Problem> {
        let mut templates = BTreeMap::new();
        for text in texts {
            let (number, template) = edit(text, charset)?;
            if templates.insert(number, template).is_some() {
                let what = format!("message {number} is set twice");
                return Err(Problem::whole(text, what, "leave one of them out"));
            }
        }
        Ok(Self { templates, rng: Rng::new(seed), utc_offset, counter: 0 })
    }

    /// Whether each number is that of a message, of which there are so many.
    pub(crate) fn check(&self, messages: u64) -> Result<(), Problem> {
        match self.templates.last_key_value() {
            Some((number, _)) if *number > messages => {
                let what = format!("there is no message {number} to set");
                let many = if messages == 1 { "1 is".to_owned() } else { format!("{messages} are") };
                Err(Problem::whole("", what, format!("{many} sent; --list shows their numbers")))
            }
            _ => Ok(()),
        }
    }

    /// Whether one has random bytes, so that the seed matters.
    pub(crate) fn is_random(&self) -> bool {
        self.templates.values().any(Template::is_random)
    }

    /// What is sent as message `number`: `bytes`, unless something else was set.
    ///
    /// # Errors
    ///
    /// A field cannot be computed.
    pub(crate) fn apply(&mut self, number: u64, bytes: Vec<u8>, time: Stamp) -> Result<Vec<u8>, Problem> {
        let Some(template) = self.templates.get(&number) else { return Ok(bytes) };
        let mut out = Vec::new();
        let (counter, utc_offset_s) = (self.counter, self.utc_offset);
        let mut context = Context { counter, time, utc_offset_s, rng: &mut self.rng, groups: None };
        template.render(&mut context, &mut out)?;
        self.counter += 1;
        Ok(out)
    }
}

fn edit(text: &str, charset: Charset) -> Result<(u64, Template), Problem> {
    let remedy = "write a number, = and what is sent: 3=hello, 3=hex:01 02";
    let Some((number, payload)) = text.split_once('=') else {
        return Err(Problem::whole(text, format!("{text:?} sets nothing"), remedy));
    };
    let at = number.len() + 1;
    let Some(number) = number.parse::<u64>().ok().filter(|number| *number > 0) else {
        return Err(Problem::new(
            text,
            0..number.len(),
            format!("{number:?} is no number of a message"),
            remedy,
        ));
    };
    let (payload, at) = match payload.strip_prefix(HEX) {
        Some(hex) => (Payload::hex(hex), at + HEX.len()),
        None => (Payload::text(payload), at),
    };
    let template = payload.and_then(|payload| {
        payload.compile(charset, &Unmappable::Refuse, Eol::default()).map_err(|problem| {
            // Nothing is skipped or replaced here.
            Problem { remedy: "leave it out, or choose another --encoding".to_owned(), ..problem }
        })
    });
    Ok((number, template.map_err(|problem| problem.inside(text, at))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Result<Edits, Problem> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Edits::read(&texts, Charset::find("gbk").unwrap(), 1, 0)
    }

    #[test]
    fn text_and_hex_stand_in_the_place_of_messages() {
        let mut edits = read(&["2=你{counter}", "3=hex:01 02 {crc16-modbus}", "4=", "5=\\x68ex:1"]).unwrap();
        let sent: Vec<_> = (1..=5).map(|n| edits.apply(n, b"old".to_vec(), Stamp(0)).unwrap()).collect();
        assert_eq!(sent, [&b"old"[..], b"\xc4\xe31", b"\x01\x02\x81\xe1", b"", b"hex:1"]);
        assert!(edits.check(5).is_ok() && !edits.is_random());
        let told = edits.check(4).unwrap_err().to_string();
        assert_eq!(told, "there is no message 5 to set; 4 are sent; --list shows their numbers");
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (texts, what, span) in [
            (&["hello"][..], "\"hello\" sets nothing", 0..5),
            (&["0=x"], "\"0\" is no number of a message", 0..1),
            (&["x=x"], "\"x\" is no number of a message", 0..1),
            (&["1=a\\q"], "unknown escape \\q", 3..5),
            (&["1=hex:0g"], "no hex digit: 'g'", 7..8),
            (&["1=a", "1=b"], "message 1 is set twice", 0..3),
        ] {
            let problem = read(texts).unwrap_err();
            assert_eq!((problem.what.as_str(), problem.span), (what, span), "{texts:?}");
        }
        let lacks = read(&["1=a😀"]).unwrap_err();
        assert_eq!((lacks.remedy.as_str(), lacks.span), ("leave it out, or choose another --encoding", 3..7));
    }
}
