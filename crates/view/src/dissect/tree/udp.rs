//! Fields of UDP (RFC 768).

use super::check::{transport, untold};
use super::part::size;
use super::{Mark, Part, Scope};
use crate::dissect::layer::Layer;

pub(super) fn fields(scope: &Scope<'_, '_>, layer: &Layer, around: usize, part: &mut Part<'_, '_>) {
    part.word("Source port", 0, |value| value);
    part.word("Destination port", 2, |value| value);
    if let Some((from, to)) = scope.decoded.ports {
        part.say(format!("{from} → {to}"));
    }
    let there = around.saturating_sub(layer.at as usize);
    if let Some(len) = part.u16(4) {
        part.node("Length", 4, 2, size(len as u64));
        if len == 0 && layer.end > layer.at + 8 {
            part.add(&format!(": a jumbogram of {there} (RFC 2675)"), Mark::Note);
        } else if usize::from(len) < 8 {
            part.add(", less than the header", Mark::Bad);
        } else if usize::from(len) > there && scope.decoded.fragment.is_none() && !scope.quoted {
            part.add(&format!(", more than the {there} that IP carries"), Mark::Bad);
        } else if usize::from(len) < there {
            part.add(&format!(", IP carries {there}"), Mark::Note);
        }
    }
    match (part.u16(6), scope.decoded.source.is_some_and(|from| from.is_ipv6())) {
        (Some(0), false) => part.node("Checksum", 6, 2, "0x0000, none"),
        (Some(0), true) => {
            part.node("Checksum", 6, 2, "0x0000, bad: IPv6 does not go without (RFC 8200 section 8.1)");
            part.mark(Mark::Bad);
        }
        _ if scope.decoded.stop.is_some() => untold(part, 6, "the length cannot be"),
        _ => transport(scope, layer, 6, 17, part),
    }
}
