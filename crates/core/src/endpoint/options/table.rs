//! The options: one table for endpoints, command-line flags, help, documents and tests.

use std::fmt;

use super::{Options, Role, values};
use crate::problem::Problem;
use crate::quantity::show_size;

/// One option.
#[derive(Debug)]
pub struct OptionSpec {
    /// Its name in an endpoint and, after `--`, on the command line.
    pub name: &'static str,
    /// What stands for its value in help.
    pub value: &'static str,
    /// One sentence with unit and source, without a full stop.
    pub help: &'static str,
    /// A value, in canonical form.
    pub example: &'static str,
    /// Whether it is a yes or no, where the name alone means yes.
    pub flag: bool,
    /// Whether it may be given several times with different values.
    pub repeatable: bool,
    /// What sockets it applies to.
    pub roles: &'static [Role],
    /// Sets it from text. Overwrites; [`Options::set`] is what refuses a second value.
    pub set: fn(&mut Options, &str) -> Result<(), Problem>,
    /// Its values as text that `set` takes; none when it was not asked for.
    pub show: fn(&Options) -> Vec<String>,
}

const BOTH: &[Role] = &[Role::Listen, Role::Send];
const SEND: &[Role] = &[Role::Send];

/// All options, in the order of canonical endpoints.
pub static OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "bind",
        value: "[ADDRESS][:PORT]",
        help: "sends from this address and port of its own; either may be left out (bind(2))",
        example: ":9000",
        flag: false,
        repeatable: false,
        roles: SEND,
        set: |options, text| put(&mut options.bind, values::bind(text)),
        show: |options| one(options.bind.as_ref()),
    },
    OptionSpec {
        name: "ttl",
        value: "HOPS",
        help: "time to live of IPv4, hop limit of IPv6, 1 to 255 hops, also to groups (IP_TTL, ip(7); \
               IPV6_UNICAST_HOPS, ipv6(7))",
        example: "4",
        flag: false,
        repeatable: false,
        roles: BOTH,
        set: |options, text| put(&mut options.ttl, values::ttl(text)),
        show: |options| one(options.ttl),
    },
    OptionSpec {
        name: "tclass",
        value: "BYTE",
        help: "type of service of IPv4, traffic class of IPv6, 0 to 255 or 0x00 to 0xff: DSCP in the upper six \
               bits (IP_TOS, ip(7); RFC 2474)",
        example: "184",
        flag: false,
        repeatable: false,
        roles: BOTH,
        set: |options, text| put(&mut options.tclass, values::tclass(text)),
        show: |options| one(options.tclass),
    },
    OptionSpec {
        name: "broadcast",
        value: "yes|no",
        help: "may send to broadcast addresses (SO_BROADCAST, socket(7))",
        example: "yes",
        flag: true,
        repeatable: false,
        roles: SEND,
        set: |options, text| put(&mut options.broadcast, values::yes(text)),
        show: |options| yes_or_no(options.broadcast),
    },
    OptionSpec {
        name: "join",
        value: "GROUP[%IFACE]",
        help: "joins this multicast group, on this interface or on the one the system chooses \
               (IP_ADD_MEMBERSHIP, ip(7); IPV6_ADD_MEMBERSHIP, ipv6(7))",
        example: "239.1.2.3%eth0",
        flag: false,
        repeatable: true,
        roles: BOTH,
        set: |options, text| add(&mut options.join, values::join(text)),
        show: |options| options.join.iter().map(ToString::to_string).collect(),
    },
    OptionSpec {
        name: "source",
        value: "ADDRESS",
        help: "hears only this sender in the joined groups of its family (IP_ADD_SOURCE_MEMBERSHIP, ip(7); \
               RFC 4607)",
        example: "192.0.2.1",
        flag: false,
        repeatable: true,
        roles: BOTH,
        set: |options, text| add(&mut options.source, values::source(text)),
        show: |options| options.source.iter().map(ToString::to_string).collect(),
    },
    OptionSpec {
        name: "rcvbuf",
        value: "SIZE",
        help: "receive buffer in bytes, or with a unit such as 4MiB (SO_RCVBUF, socket(7))",
        example: "4MiB",
        flag: false,
        repeatable: false,
        roles: BOTH,
        set: |options, text| put(&mut options.rcvbuf, values::buffer("rcvbuf", text)),
        show: |options| one(options.rcvbuf.map(|bytes| show_size(bytes.into()))),
    },
    OptionSpec {
        name: "sndbuf",
        value: "SIZE",
        help: "send buffer in bytes, or with a unit such as 4MiB (SO_SNDBUF, socket(7))",
        example: "208KiB",
        flag: false,
        repeatable: false,
        roles: BOTH,
        set: |options, text| put(&mut options.sndbuf, values::buffer("sndbuf", text)),
        show: |options| one(options.sndbuf.map(|bytes| show_size(bytes.into()))),
    },
    OptionSpec {
        name: "iface",
        value: "IFACE",
        help: "uses only this interface (SO_BINDTODEVICE, socket(7))",
        example: "eth0",
        flag: false,
        repeatable: false,
        roles: BOTH,
        set: |options, text| put(&mut options.iface, values::interface(text)),
        show: |options| one(options.iface.as_ref()),
    },
    OptionSpec {
        name: "reuse",
        value: "yes|no",
        help: "lets several sockets share the port, such as listeners of one group (SO_REUSEADDR, socket(7))",
        example: "yes",
        flag: true,
        repeatable: false,
        roles: BOTH,
        set: |options, text| put(&mut options.reuse, values::yes(text)),
        show: |options| yes_or_no(options.reuse),
    },
    OptionSpec {
        name: "loopback",
        value: "yes|no",
        help: "lets this machine hear what it sends to groups, which it does unless told no \
               (IP_MULTICAST_LOOP, ip(7))",
        example: "no",
        flag: true,
        repeatable: false,
        roles: SEND,
        set: |options, text| put(&mut options.loopback, values::yes(text)),
        show: |options| yes_or_no(options.loopback),
    },
    OptionSpec {
        name: "portable",
        value: "yes|no",
        help: "one plain system call a message, as on systems without batch calls (recvmmsg(2), sendmmsg(2))",
        example: "yes",
        flag: true,
        repeatable: false,
        roles: BOTH,
        set: |options, text| put(&mut options.portable, values::yes(text)),
        show: |options| yes_or_no(options.portable),
    },
];

fn put<T>(slot: &mut Option<T>, value: Result<T, Problem>) -> Result<(), Problem> {
    *slot = Some(value?);
    Ok(())
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: Result<T, Problem>) -> Result<(), Problem> {
    let value = value?;
    if !list.contains(&value) {
        list.push(value);
    }
    Ok(())
}

fn one(value: Option<impl fmt::Display>) -> Vec<String> {
    value.iter().map(ToString::to_string).collect()
}

fn yes_or_no(value: Option<bool>) -> Vec<String> {
    one(value.map(|yes| if yes { "yes" } else { "no" }))
}
