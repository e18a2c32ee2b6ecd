//! How a connection stands, as a block of lines.

use sockscope_core::connection::{Connection, Inside, Tcp};
use sockscope_core::event::State;
use sockscope_core::facts::{Stamp, Unit};

use crate::connection::{agreed, amount, expires, losses, millis, names, process, verified};
use crate::number::{counted, decimal, spaces};
use crate::palette::Palette;
use crate::text;

/// Columns of the words that lines begin with.
const LABEL: usize = 11;

/// Appends the lines below the one that says whose state it is.
pub(super) fn block(state: &State<'_>, unit: Unit, palette: &Palette, out: &mut Vec<u8>) {
    let mut block = Block { palette, out };
    block.inside(&state.inside);
    block.connection(state.connection, state.time);
    block.went(state, unit);
}

struct Block<'a> {
    palette: &'a Palette,
    out: &'a mut Vec<u8>,
}

impl Block<'_> {
    fn line(&mut self, label: &str, write: impl FnOnce(&mut Vec<u8>)) {
        let out = &mut *self.out;
        self.palette.note.paint(out, |out| {
            say("  ", out);
            say(label, out);
            spaces(LABEL.saturating_sub(label.len()), out);
        });
        write(out);
        out.push(b'\n');
    }

    fn inside(&mut self, inside: &Inside) {
        let Some(tcp) = &inside.tcp else { return };
        self.line("tcp", |out| {
            say(tcp.state, out);
            say(", rtt ", out);
            millis(tcp.rtt, out);
            say(" ms (± ", out);
            millis(tcp.rtt_deviation, out);
            say(" ms), ", out);
            counted(tcp.retransmits.into(), "segment", out);
            say(" sent again", out);
        });
        self.line("window", |out| window(tcp, out));
    }

    fn connection(&mut self, connection: &Connection, now: Stamp) {
        if let Some(time) = connection.connect {
            self.line("connected", |out| {
                say("in ", out);
                millis(time, out);
                say(" ms", out);
                if let Some(tries) = connection.tries.filter(|tries| tries.get() > 1) {
                    say(", at try ", out);
                    decimal(tries.get().into(), out);
                }
            });
        }
        for proxy in &connection.through {
            self.line("through", |out| text::line(proxy, out));
        }
        if let Some(credentials) = connection.credentials {
            self.line("process", |out| {
                process(credentials, out);
                say(" gid ", out);
                decimal(credentials.gid.into(), out);
            });
        }
        if let Some(tls) = &connection.tls {
            self.line("tls", |out| agreed(tls, out));
            let palette = self.palette;
            self.line("peer", |out| verified(tls, palette, out));
            if let Some(certificate) = &tls.certificate {
                self.line("names", |out| names(certificate, usize::MAX, out));
                if let Some(at) = certificate.expires {
                    self.line("valid", |out| expires(at, now, palette, out));
                }
                self.line("sha256", |out| text::line(&certificate.sha256, out));
                self.line("chain", |out| counted(certificate.chain as u64, "certificate", out));
            }
        }
        if let Some(subprotocol) = &connection.subprotocol {
            self.line("protocol", |out| text::line(subprotocol, out));
        }
    }

    fn went(&mut self, state: &State<'_>, unit: Unit) {
        let State { totals, inside, .. } = state;
        let waits = |count: Option<u64>, words: &str, out: &mut Vec<u8>| {
            if let Some(count) = count {
                say(", ", out);
                decimal(count, out);
                say(words, out);
            }
        };
        self.line("received", |out| {
            amount(totals.rx_messages, totals.rx_bytes, unit, out);
            waits(inside.unread, " B not read yet", out);
        });
        self.line("sent", |out| {
            amount(totals.tx_messages, totals.tx_bytes, unit, out);
            waits(inside.unacknowledged, " B not acknowledged yet", out);
            waits(Some(state.queued), " B queued here", out);
        });
        if totals.peers > 0 {
            self.line("peers", |out| decimal(totals.peers, out));
        }
        let mut rare = Vec::new();
        losses(totals, &mut rare);
        if totals.dropped > 0 {
            let words = if totals.dropped_at_least {
                " or more dropped by the kernel"
            } else {
                " dropped by the kernel"
            };
            waits(Some(totals.dropped), words, &mut rare);
        }
        if let Some(rare) = rare.strip_prefix(b", ") {
            self.line("trouble", |out| out.extend_from_slice(rare));
        }
    }
}

fn window(tcp: &Tcp, out: &mut Vec<u8>) {
    counted(tcp.cwnd.into(), "segment", out);
    say(" of ", out);
    decimal(tcp.mss.into(), out);
    say(" B, ", out);
    decimal(tcp.unacknowledged.into(), out);
    say(" on the way", out);
    if let Some(window) = tcp.peer_window {
        say("; the peer has room for ", out);
        decimal(window.into(), out);
        say(" B", out);
    }
}

fn say(words: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(words.as_bytes());
}
