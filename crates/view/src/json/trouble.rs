//! Warnings as fields.

use sockscope_core::event::{Fault, Trouble};

use super::Object;

/// Appends what is known of it, besides its code.
pub(super) fn fields(line: &mut Object<'_>, trouble: &Trouble) {
    match trouble {
        Trouble::KernelDrop { count, total, rcvbuf, at_least } => {
            line.number("count", *count);
            line.number("total", *total);
            line.fact("rcvbuf", *rcvbuf);
            if *at_least {
                line.flag("at_least", true);
            }
        }
        Trouble::CaptureDrop { count, total, buffer } => {
            line.number("count", *count);
            line.number("total", *total);
            line.fact("ring", *buffer);
        }
        Trouble::Fault { peer, fault, reporter } => {
            line.peer("peer", *peer);
            line.peer("reporter", *reporter);
            self::fault(line, *fault);
        }
        Trouble::NotSent { peer, len, why } => {
            line.peer("peer", *peer);
            line.number("len", *len);
            line.known("why", Some(why));
        }
        Trouble::Unmappable { count, charset } => {
            line.number("count", *count);
            line.text("charset", charset);
        }
        Trouble::NextAddress { failed, why, next } => {
            line.peer("peer", Some(*failed));
            line.known("why", Some(why));
            line.peer("next", Some(*next));
        }
        Trouble::NoIpv6 => {}
        Trouble::Broken { .. }
        | Trouble::NotOpened { .. }
        | Trouble::TurnedAway { .. }
        | Trouble::NoDescriptors { .. }
        | Trouble::Missed { .. }
        | Trouble::Unacknowledged { .. }
        | Trouble::Unread { .. } => connection(line, trouble),
    }
}

fn fault(line: &mut Object<'_>, fault: Fault) {
    match fault {
        Fault::TooLong { mtu } => line.number("mtu", mtu.into()),
        Fault::Other { kind, code } => {
            line.number("icmp_type", kind.into());
            line.number("icmp_code", code.into());
        }
        Fault::Refused
        | Fault::HostUnreachable
        | Fault::NetUnreachable
        | Fault::Prohibited
        | Fault::TimeExceeded => {}
    }
}

/// Trouble that only connections have.
fn connection(line: &mut Object<'_>, trouble: &Trouble) {
    match trouble {
        Trouble::Broken { peer, why, unsent, .. } => {
            line.peer("peer", *peer);
            line.known("why", Some(why));
            line.number("unsent", *unsent);
        }
        Trouble::NotOpened { what, why, .. } => {
            line.text("what", what);
            line.known("why", Some(why));
        }
        Trouble::TurnedAway { peer, why } => {
            line.peer("peer", *peer);
            line.known("why", Some(why));
        }
        Trouble::NoDescriptors { open } => line.number("open", *open),
        Trouble::Missed { peer, messages, bytes } => {
            line.peer("peer", *peer);
            line.number("count", *messages);
            line.number("bytes", *bytes);
        }
        Trouble::Unacknowledged { peer, bytes } | Trouble::Unread { peer, bytes } => {
            line.peer("peer", *peer);
            line.number("bytes", *bytes);
        }
        Trouble::KernelDrop { .. }
        | Trouble::CaptureDrop { .. }
        | Trouble::Fault { .. }
        | Trouble::NotSent { .. }
        | Trouble::Unmappable { .. }
        | Trouble::NextAddress { .. }
        | Trouble::NoIpv6 => {}
    }
}
