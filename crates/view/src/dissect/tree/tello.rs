//! What a Tello drone says and hears.

use sockscope_core::charset::Charset;

use super::{Mark, Part, Scope};
use crate::dissect::tello::{Pair, Said, meaning, pairs};
use crate::palette::Palette;
use crate::text;

pub(super) fn fields(scope: &Scope<'_, '_>, part: &mut Part<'_, '_>) {
    let bytes = part.bytes();
    let said = Said::of(scope.decoded.ports.unwrap_or_default(), bytes);
    part.say(said.word());
    match said {
        Said::Binary => {
            part.rest("Bytes", 0);
            part.add(", no text", Mark::Note);
        }
        Said::State => {
            for Pair { at, len, key, value } in pairs(bytes) {
                match (key, meaning(key)) {
                    ([], _) => part.node("Text", at, len, shown(value)),
                    (key, Some(meaning)) => {
                        part.node(shown(key), at, len, format!("{} ({meaning})", shown(value)))
                    }
                    (key, None) => part.node(shown(key), at, len, shown(value)),
                }
            }
        }
        Said::Command | Said::Reply | Said::Either => part.node("Text", 0, bytes.len(), shown(bytes)),
    }
}

fn shown(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    text::show(Charset::UTF_8, bytes, None, &Palette::plain(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
