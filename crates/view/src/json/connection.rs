//! What is known about a connection, as fields.

use sockscope_core::connection::{Certificate, Connection, Inside, Tcp, Tls};

use super::Object;

/// How it came about, as an object.
pub(super) fn connection(line: &mut Object<'_>, connection: Option<&Connection>) {
    let Some(known) = connection else { return };
    line.object("connection", |object| {
        object.micros_known("connect_us", known.connect);
        object.fact("tries", known.tries.map(u32::from));
        object.texts("through", &known.through);
        if let Some(credentials) = known.credentials {
            object.number("pid", credentials.pid.into());
            object.number("uid", credentials.uid.into());
            object.number("gid", credentials.gid.into());
        }
        if let Some(agreed) = &known.tls {
            object.object("tls", |object| tls(object, agreed));
        }
        if let Some(own) = &known.shown {
            object.object("shown", |object| certificate(object, own));
        }
        object.known("subprotocol", known.subprotocol.as_deref());
    });
}

fn tls(object: &mut Object<'_>, tls: &Tls) {
    object.known("version", Some(&tls.version));
    object.known("cipher", Some(&tls.cipher));
    object.known("group", tls.group.as_deref());
    object.known("alpn", tls.alpn.as_deref());
    object.known("sni", tls.sni.as_deref());
    object.micros_known("handshake_us", tls.handshake);
    if let Some(verified) = tls.verified {
        object.flag("verified", verified);
    }
    if let Some(shown) = &tls.certificate {
        object.object("certificate", |object| certificate(object, shown));
    }
}

fn certificate(object: &mut Object<'_>, certificate: &Certificate) {
    object.known("sha256", Some(&certificate.sha256));
    object.texts("names", &certificate.names);
    object.time_known("expires", certificate.expires);
    object.number("chain", certificate.chain as u64);
}

/// How it stands, as far as the kernel tells.
pub(super) fn inside(line: &mut Object<'_>, inside: &Inside) {
    if let Some(known) = &inside.tcp {
        line.object("tcp", |object| tcp(object, known));
    }
    line.fact("unread", inside.unread);
    line.fact("unacknowledged", inside.unacknowledged);
}

fn tcp(object: &mut Object<'_>, tcp: &Tcp) {
    object.known("state", Some(tcp.state));
    object.micros("rtt_us", tcp.rtt);
    object.micros("rtt_deviation_us", tcp.rtt_deviation);
    object.number("cwnd", tcp.cwnd.into());
    object.number("mss", tcp.mss.into());
    object.number("retransmits", tcp.retransmits.into());
    object.number("unacknowledged", tcp.unacknowledged.into());
    object.fact("peer_window", tcp.peer_window);
}
