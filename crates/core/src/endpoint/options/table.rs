//! The options: one table for endpoints, command-line flags, help, documents and tests.

use super::Role;
use super::spec::{FLAG, MANY, ONCE, OptionSpec, add, all, one, put, time, yes_or_no};
use super::values::{self, time, words};
use crate::proxy::Proxy;
use crate::quantity::show_size;

const LISTEN: &[Role] = &[Role::Listen];
const SEND: &[Role] = &[Role::Send];

const UDP: &[&str] = &["udp"];
const TCP: &[&str] = &["tcp", "tls", "ws", "wss"];
const INET: &[&str] = &["udp", "tcp", "tls", "ws", "wss"];
const TLS: &[&str] = &["tls", "wss"];
const WS: &[&str] = &["ws", "wss"];
const UNIX: &[&str] = &["unix", "unixgram", "unixpacket"];
const BIND: &[&str] = &["udp", "tcp", "tls", "ws", "wss", "unixgram"];
/// What keeps the bounds of messages, and so can be moved in batches.
const PACKETS: &[&str] = &["udp", "unixgram", "unixpacket"];

/// All options, in the order of canonical endpoints.
pub static OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "bind",
        value: "[ADDRESS][:PORT]|PATH",
        help: "sends from this address and port of its own, either of which may be left out; for unixgram from this path or @name, so that it can be answered (bind(2), unix(7))",
        example: ":9000",
        roles: SEND,
        schemes: BIND,
        set: |options, text| put(&mut options.bind, values::bind(text)),
        show: |options| one(options.bind.as_ref()),
        ..ONCE
    },
    OptionSpec {
        name: "ttl",
        value: "HOPS",
        help: "time to live of IPv4, hop limit of IPv6, 1 to 255 hops, also to groups (IP_TTL, ip(7); IPV6_UNICAST_HOPS, ipv6(7))",
        example: "4",
        schemes: INET,
        set: |options, text| put(&mut options.ttl, values::ttl(text)),
        show: |options| one(options.ttl),
        ..ONCE
    },
    OptionSpec {
        name: "tclass",
        value: "BYTE",
        help: "type of service of IPv4, traffic class of IPv6, 0 to 255 or 0x00 to 0xff: DSCP in the upper six bits (IP_TOS, ip(7); RFC 2474)",
        example: "184",
        schemes: INET,
        set: |options, text| put(&mut options.tclass, values::tclass(text)),
        show: |options| one(options.tclass),
        ..ONCE
    },
    OptionSpec {
        name: "broadcast",
        help: "may send to broadcast addresses (SO_BROADCAST, socket(7))",
        roles: SEND,
        schemes: UDP,
        set: |options, text| put(&mut options.broadcast, values::yes(text)),
        show: |options| yes_or_no(options.broadcast),
        ..FLAG
    },
    OptionSpec {
        name: "join",
        value: "GROUP[%IFACE]",
        help: "joins this multicast group, on this interface or on the one the system chooses (IP_ADD_MEMBERSHIP, ip(7); IPV6_ADD_MEMBERSHIP, ipv6(7))",
        example: "239.1.2.3%eth0",
        schemes: UDP,
        set: |options, text| add(&mut options.join, values::join(text)),
        show: |options| all(&options.join),
        ..MANY
    },
    OptionSpec {
        name: "source",
        value: "ADDRESS",
        help: "hears only this sender in the joined groups of its family (IP_ADD_SOURCE_MEMBERSHIP, ip(7); RFC 4607)",
        example: "192.0.2.1",
        schemes: UDP,
        set: |options, text| add(&mut options.source, values::source(text)),
        show: |options| all(&options.source),
        ..MANY
    },
    OptionSpec {
        name: "rcvbuf",
        value: "SIZE",
        help: "receive buffer in bytes, or with a unit such as 4MiB (SO_RCVBUF, socket(7))",
        example: "4MiB",
        schemes: INET,
        set: |options, text| put(&mut options.rcvbuf, values::buffer("rcvbuf", text)),
        show: |options| one(options.rcvbuf.map(|bytes| show_size(bytes.into()))),
        ..ONCE
    },
    OptionSpec {
        name: "sndbuf",
        value: "SIZE",
        help: "send buffer in bytes, or with a unit such as 4MiB (SO_SNDBUF, socket(7))",
        example: "208KiB",
        schemes: INET,
        set: |options, text| put(&mut options.sndbuf, values::buffer("sndbuf", text)),
        show: |options| one(options.sndbuf.map(|bytes| show_size(bytes.into()))),
        ..ONCE
    },
    OptionSpec {
        name: "gro",
        help: "takes what came as a train as one: many times faster, but the messages of a train share one time and all other facts (UDP_GRO, udp(7))",
        roles: LISTEN,
        schemes: UDP,
        set: |options, text| put(&mut options.gro, values::yes(text)),
        show: |options| yes_or_no(options.gro),
        ..FLAG
    },
    OptionSpec {
        name: "gso",
        help: "lets messages of one length that are to leave together leave as one train, with one time; send --lines does so by itself (UDP_SEGMENT, udp(7))",
        roles: SEND,
        schemes: UDP,
        set: |options, text| put(&mut options.gso, values::yes(text)),
        show: |options| yes_or_no(options.gso),
        ..FLAG
    },
    OptionSpec {
        name: "iface",
        value: "IFACE",
        help: "uses only this interface (SO_BINDTODEVICE, socket(7))",
        example: "eth0",
        schemes: INET,
        set: |options, text| put(&mut options.iface, values::interface(text)),
        show: |options| one(options.iface.as_ref()),
        ..ONCE
    },
    OptionSpec {
        name: "reuse",
        help: "lets several sockets share the port, such as listeners of one group (SO_REUSEADDR, socket(7))",
        schemes: INET,
        set: |options, text| put(&mut options.reuse, values::yes(text)),
        show: |options| yes_or_no(options.reuse),
        ..FLAG
    },
    OptionSpec {
        name: "loopback",
        help: "lets this machine hear what it sends to groups, which it does unless told no (IP_MULTICAST_LOOP, ip(7))",
        example: "no",
        roles: SEND,
        schemes: UDP,
        set: |options, text| put(&mut options.loopback, values::yes(text)),
        show: |options| yes_or_no(options.loopback),
        ..FLAG
    },
    OptionSpec {
        name: "portable",
        help: "one plain system call a message, as on systems without batch calls (recvmmsg(2), sendmmsg(2))",
        schemes: PACKETS,
        set: |options, text| put(&mut options.portable, values::yes(text)),
        show: |options| yes_or_no(options.portable),
        ..FLAG
    },
    OptionSpec {
        name: "nodelay",
        help: "sends what is small at once, without waiting for more (TCP_NODELAY, tcp(7); RFC 896)",
        schemes: TCP,
        set: |options, text| put(&mut options.nodelay, values::yes(text)),
        show: |options| yes_or_no(options.nodelay),
        ..FLAG
    },
    OptionSpec {
        name: "keepalive",
        value: "TIME",
        help: "asks a silent peer whether it is still there after this time, 1s to 32767s (SO_KEEPALIVE, socket(7); TCP_KEEPIDLE, tcp(7))",
        example: "1m",
        schemes: TCP,
        set: |options, text| put(&mut options.keepalive, time::keepalive(text)),
        show: |options| time(options.keepalive),
        ..ONCE
    },
    OptionSpec {
        name: "linger",
        value: "TIME",
        help: "waits this long in closing for what is not sent yet; 0s closes by reset, and drops it (SO_LINGER, socket(7))",
        example: "0s",
        schemes: TCP,
        set: |options, text| put(&mut options.linger, time::linger(text)),
        show: |options| time(options.linger),
        ..ONCE
    },
    OptionSpec {
        name: "user-timeout",
        value: "TIME",
        help: "gives a connection up when what was sent is not acknowledged for this long (TCP_USER_TIMEOUT, tcp(7); RFC 5482)",
        example: "30s",
        schemes: TCP,
        set: |options, text| put(&mut options.user_timeout, time::user_timeout(text)),
        show: |options| time(options.user_timeout),
        ..ONCE
    },
    OptionSpec {
        name: "connect-timeout",
        value: "TIME",
        help: "longest wait for a connection, at each address of a name; 10s unless told otherwise",
        example: "3s",
        roles: SEND,
        schemes: TCP,
        set: |options, text| put(&mut options.connect_timeout, time::connect_timeout(text)),
        show: |options| time(options.connect_timeout),
        ..ONCE
    },
    OptionSpec {
        name: "backlog",
        value: "N",
        help: "connections that may wait to be accepted, as far as net.core.somaxconn allows (listen(2))",
        example: "128",
        roles: LISTEN,
        schemes: TCP,
        set: |options, text| put(&mut options.backlog, words::backlog(text)),
        show: |options| one(options.backlog),
        ..ONCE
    },
    OptionSpec {
        name: "proxy",
        value: "URL",
        help: "connects through this proxy, several one through the other: socks5://, socks4:// or http://, each [USER:PASSWORD@]HOST[:PORT] (RFC 1928, RFC 9110 section 9.3.6)",
        example: "socks5://127.0.0.1:1080",
        roles: SEND,
        schemes: TCP,
        set: |options, text| add(&mut options.proxy, Proxy::parse(text)),
        show: |options| all(&options.proxy),
        ..MANY
    },
    OptionSpec {
        name: "mode",
        value: "OCTAL",
        help: "permissions of the socket's file, in octal (chmod(2), unix(7))",
        example: "660",
        roles: LISTEN,
        schemes: UNIX,
        set: |options, text| put(&mut options.mode, words::mode(text)),
        show: |options| one(options.mode.map(|mode| format!("{mode:03o}"))),
        ..ONCE
    },
    OptionSpec {
        name: "unlink",
        help: "removes the socket's file when done, and before one that nobody listens at any more (unlink(2), unix(7))",
        roles: LISTEN,
        schemes: UNIX,
        set: |options, text| put(&mut options.unlink, values::yes(text)),
        show: |options| yes_or_no(options.unlink),
        ..FLAG
    },
    OptionSpec {
        name: "insecure",
        help: "takes any certificate of the server, so it may be anybody's (RFC 8446 section 4.4.2)",
        roles: SEND,
        schemes: TLS,
        set: |options, text| put(&mut options.insecure, values::yes(text)),
        show: |options| yes_or_no(options.insecure),
        ..FLAG
    },
    OptionSpec {
        name: "ca",
        value: "FILE",
        help: "trusts certificates that those of this PEM file have signed, instead of those that the system trusts (RFC 7468)",
        example: "ca.pem",
        roles: SEND,
        schemes: TLS,
        set: |options, text| put(&mut options.ca, words::file(text)),
        show: |options| one(options.ca.as_ref()),
        ..ONCE
    },
    OptionSpec {
        name: "cert",
        value: "FILE",
        help: "shows the certificates of this PEM file, its own one first (RFC 7468, RFC 8446 section 4.4.2)",
        example: "cert.pem",
        schemes: TLS,
        set: |options, text| put(&mut options.cert, words::file(text)),
        show: |options| one(options.cert.as_ref()),
        ..ONCE
    },
    OptionSpec {
        name: "key",
        value: "FILE",
        help: "private key of the certificate, a PEM file; that of cert when absent (RFC 7468)",
        example: "key.pem",
        schemes: TLS,
        set: |options, text| put(&mut options.key, words::file(text)),
        show: |options| one(options.key.as_ref()),
        ..ONCE
    },
    OptionSpec {
        name: "self-signed",
        help: "shows a certificate of its own, made anew and signed by itself (RFC 5280 section 3.2)",
        roles: LISTEN,
        schemes: TLS,
        set: |options, text| put(&mut options.self_signed, values::yes(text)),
        show: |options| yes_or_no(options.self_signed),
        ..FLAG
    },
    OptionSpec {
        name: "alpn",
        value: "NAME",
        help: "protocol to offer, or to take, inside of TLS (RFC 7301)",
        example: "h2",
        schemes: TLS,
        set: |options, text| add(&mut options.alpn, words::alpn(text)),
        show: |options| all(&options.alpn),
        ..MANY
    },
    OptionSpec {
        name: "sni",
        value: "NAME",
        help: "name to ask the server for and to find in its certificate, instead of its host (RFC 6066 section 3)",
        example: "example.com",
        roles: SEND,
        schemes: TLS,
        set: |options, text| put(&mut options.sni, words::sni(text)),
        show: |options| one(options.sni.as_ref()),
        ..ONCE
    },
    OptionSpec {
        name: "client-ca",
        value: "FILE",
        help: "takes only clients that show a certificate which those of this PEM file have signed (RFC 8446 section 4.3.2)",
        example: "ca.pem",
        roles: LISTEN,
        schemes: TLS,
        set: |options, text| put(&mut options.client_ca, words::file(text)),
        show: |options| one(options.client_ca.as_ref()),
        ..ONCE
    },
    OptionSpec {
        name: "keylog",
        value: "FILE",
        help: "adds the secrets of each session to this file, so that Wireshark can read what was captured of it (draft-ietf-tls-keylogfile)",
        example: "keys.log",
        schemes: TLS,
        set: |options, text| put(&mut options.keylog, words::file(text)),
        show: |options| one(options.keylog.as_ref()),
        ..ONCE
    },
    OptionSpec {
        name: "origin",
        value: "ORIGIN",
        help: "origin of the page that asks (RFC 6454 section 7, RFC 6455 section 10.2)",
        example: "https://example.com",
        roles: SEND,
        schemes: WS,
        set: |options, text| put(&mut options.origin, words::origin(text)),
        show: |options| one(options.origin.as_ref()),
        ..ONCE
    },
    OptionSpec {
        name: "protocol",
        value: "NAME",
        help: "subprotocol to offer, or to take, the preferred first (RFC 6455 section 1.9)",
        example: "mqtt",
        schemes: WS,
        set: |options, text| add(&mut options.protocol, words::token("protocol", text)),
        show: |options| all(&options.protocol),
        ..MANY
    },
    OptionSpec {
        name: "header",
        value: "NAME: VALUE",
        help: "adds this header to the request of the handshake (RFC 6455 section 4.1)",
        example: "Authorization: Bearer x",
        roles: SEND,
        schemes: WS,
        set: |options, text| add(&mut options.header, words::header(text)),
        show: |options| all(&options.header),
        ..MANY
    },
];
