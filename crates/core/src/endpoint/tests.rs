//! Whole endpoints: canonical forms, every error with its spot, and what holds for any input.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::*;

mod laws;
mod places;

#[track_caller]
fn canonical(text: &str, shown: &str) {
    let endpoint = Endpoint::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"));
    assert_eq!(endpoint.to_string(), shown);
    assert_eq!(Endpoint::parse(shown), Ok(endpoint));
}

/// Expects a problem with `text`, the spot given as the line of carets under it.
#[track_caller]
fn told(text: &str, carets: &str, what: &str) {
    let problem = Endpoint::parse(text).unwrap_err();
    assert_eq!(problem.to_string(), what);
    assert_eq!(problem.place().unwrap_or_default(), format!("  {text}\n  {carets}"));
}

#[test]
fn hosts_of_every_kind() {
    let host = |text: &str| Endpoint::parse(text).unwrap().host;
    let link_local: Ipv6Addr = "fe80::1".parse().unwrap();
    assert_eq!(host("udp://127.0.0.1:8080"), Host::V4(Ipv4Addr::LOCALHOST));
    assert_eq!(host("udp://[::1]:8080"), Host::V6(Ipv6Addr::LOCALHOST, None));
    assert_eq!(host("udp://localhost:8080"), Host::Name("localhost".into()));
    assert_eq!(host("udp://:8080"), Host::Any);
    assert_eq!(host("udp://*:8080"), Host::Any);
    for (text, zone) in
        [("%eth0", "eth0"), ("%25eth0", "eth0"), ("%12", "12"), ("%ab0", "ab0"), ("%25", "25")]
    {
        assert_eq!(host(&format!("udp://[fe80::1{text}]:1")), Host::V6(link_local, Some(zone.into())));
    }
}

#[test]
fn canonical_forms() {
    canonical("udp://127.0.0.1:8080", "udp://127.0.0.1:8080");
    canonical("UDP://127.0.0.1:08080", "udp://127.0.0.1:8080");
    canonical("udp://127.0.0.1", "udp://127.0.0.1");
    canonical("udp://*:0", "udp://:0");
    canonical("udp://*", "udp://*");
    canonical("udp://[FE80:0::1%eth0]:8080", "udp://[fe80::1%25eth0]:8080");
    canonical("udp://b%C3%BCcher.example.:53", "udp://bücher.example.:53");
    canonical("udp://设备_1:53?", "udp://设备_1:53");
    canonical("udp://:5000?join=239.1.2.3%eth0", "udp://:5000?join=239.1.2.3%25eth0");
    canonical("udp://:5000?join=[ff02::1%25eth0]", "udp://:5000?join=ff02::1%25eth0");
    canonical("udp://h:1?bind=[fe80::1%25lo]:9", "udp://h:1?bind=[fe80::1%25lo]:9");
    canonical("udp://255.255.255.255:9?broadcast", "udp://255.255.255.255:9?broadcast=yes");
    canonical(
        "udp://h:1?rcvbuf=4096k&tclass=0xb8&ttl=4&join=ff02::1&join=239.0.0.1",
        "udp://h:1?ttl=4&tclass=184&join=ff02::1&join=239.0.0.1&rcvbuf=4MiB",
    );
}

#[test]
fn every_option_in_an_endpoint() {
    for spec in OPTIONS {
        let value = encode(spec.example);
        let built = |name: &&&str| scheme(name).is_ok();
        let Some(of) = spec.schemes.iter().find(built).map(|name| scheme(name).unwrap()) else { continue };
        let start = of.example;
        let text = format!("{start}?{}={value}", spec.name);
        canonical(&text, &text);
        let bare = Endpoint::parse(&format!("{start}?{}", spec.name));
        match spec.flag {
            true => assert_eq!((spec.show)(&bare.unwrap().options), ["yes"]),
            false => told(
                &format!("{start}?{}", spec.name),
                &format!("{}{}", " ".repeat(start.len() + 1), "^".repeat(spec.name.len())),
                &format!("{} needs a value; write {0}={}", spec.name, spec.example),
            ),
        }
        assert_eq!(spec.built_in().next(), Some(of.name));
    }
}

#[test]
fn options_of_other_schemes_are_told() {
    told("tcp://h:1?join=239.1.2.3", "          ^^^^", "join does not apply to tcp; it is for udp");
    told(
        "udp://h:1?ttl=4&mode=600",
        "                ^^^^",
        "mode does not apply to udp; it is for unix unixgram unixpacket",
    );
    told(
        "unix:///a?unlnik",
        "          ^^^^^^",
        "unknown option \"unlnik\"; did you mean unlink? options of unix: mode unlink",
    );
}

fn built() -> String {
    let built: Vec<_> = SCHEMES.iter().filter(|row| row.built_in).map(|row| row.name).collect();
    built.join(" ")
}

#[test]
fn schemes_are_wanted() {
    let told = |text: &str, carets: &str, what: &str| told(text, carets, &what.replace("BUILT", &built()));
    told("upd://h:1", "^^^", "unknown scheme \"upd\"; did you mean udp? built in: BUILT");
    told("nats://h:1/x", "^^^^", "\"nats\" is not built in yet; built in: BUILT");
    told(
        "127.0.0.1:80",
        "^",
        "\"127.0.0.1:80\" has no scheme; write udp://127.0.0.1:80 or tcp://127.0.0.1:80",
    );
    told(
        "localhost:80",
        "^",
        "\"localhost:80\" has no scheme; write udp://localhost:80 or tcp://localhost:80",
    );
    told(":8080", "^", "\":8080\" has no scheme; write udp://:8080 or tcp://:8080");
    told("8080", "^", "\"8080\" has no scheme; write udp://:8080 or tcp://:8080");
    told("::1", "^", "\"::1\" has no scheme; write udp://[::1]:port or tcp://[::1]:port");
    told("://h:1", "^", "\"://h:1\" has no scheme; write udp://h:1 or tcp://h:1");
    told("udp:h:1", "^", "\"udp:h:1\" has no scheme; write udp://h:1");
    told("tcp:/h:1", "^", "\"tcp:/h:1\" has no scheme; write tcp://h:1");
    told("unix:/run/x", "^", "\"unix:/run/x\" has no scheme; write unix:///run/x");
    told("unixgram:@x", "^", "\"unixgram:@x\" has no scheme; write unixgram://@x");
    told("/run/x", "^", "\"/run/x\" has no scheme; write unix:///run/x");
    for (text, name) in [("unix:a.sock", "unix"), ("./a.sock", "unix"), ("unixpacket:a", "unixpacket")] {
        let remedy = format!("write {name}:// and the absolute path, like {name}:///run/app.sock");
        told(text, "^", &format!("{text:?} has no scheme; {remedy}"));
    }
    assert_eq!(Endpoint::parse("").unwrap_err().to_string(), "the endpoint is empty; write udp://host:port");
}

#[test]
fn ports_are_told() {
    const RANGE: &str = "ports go from 0 to 65535";
    told("udp://h:70000", "        ^^^^^", &format!("port 70000 is out of range; {RANGE}"));
    told("udp://h:http", "        ^^^^", &format!("port \"http\" is not a number; {RANGE}"));
    told("udp://h:-1", "        ^^", &format!("port \"-1\" is not a number; {RANGE}"));
    told("udp://h:", "        ^", &format!("a port is missing after \":\"; {RANGE}"));
    told("udp://[::1]:65536", "            ^^^^^", &format!("port 65536 is out of range; {RANGE}"));
}

#[test]
fn addresses_are_told() {
    const FOUR: &str = "write four numbers from 0 to 255, like 192.0.2.1";
    for odd in ["256.1.1.1", "1.2.3", "010.0.0.1", "8080", "0x7f000001", "1.2.3.4.", "a.1"] {
        let carets = format!("      {}", "^".repeat(odd.len()));
        told(&format!("udp://{odd}:1"), &carets, &format!("\"{odd}\" is not an IPv4 address; {FOUR}"));
    }
    const BRACKETS: &str = "an IPv6 address stands in brackets";
    told(
        "udp://::1:8080",
        "      ^^^^^^^^",
        &format!("{BRACKETS}; write [::1]:8080, or [::1:8080] without a port"),
    );
    told("udp://fe80::1", "      ^^^^^^^", &format!("{BRACKETS}; write [fe80::1]"));
    told("udp://::1", "      ^^^", &format!("{BRACKETS}; write [::1]"));
    told("udp://::1:beef", "      ^^^^^^^^", &format!("{BRACKETS}; write [::1:beef]"));
    told("udp://::1:http", "      ^^^^^^^^", &format!("{BRACKETS}; write [::1]:http"));
    told("udp://fe80::1%eth0:80", "      ^^^^^^^^^^^^^^^", &format!("{BRACKETS}; write [fe80::1%eth0]:80"));
    told("udp://fe80::1%eth0", "      ^^^^^^^^^^^^", &format!("{BRACKETS}; write [fe80::1%eth0]"));
    told(
        "udp://1:2:3:4:5:6:7:8:9",
        "      ^^^^^^^^^^^^^^^^^",
        &format!("{BRACKETS}; write [1:2:3:4:5:6:7:8]:9"),
    );
    told("udp://h:1:2", "         ^", "a second \":\"; write host:port, or [address]:port for IPv6");
    told("udp://[::1:1", "      ^", "\"[\" is not closed; write [address], like [::1]");
    told("udp://[::1]80", "           ^^", "\"80\" after \"]\"; write [address]:port");
    told(
        "udp://[1.2.3.4]:1",
        "       ^^^^^^^",
        "\"1.2.3.4\" is not an IPv6 address; brackets hold one, like [2001:db8::1] or [fe80::1%eth0]",
    );
    told(
        "udp://[fe80::1%25a%20b]:1",
        "                 ^^^^^",
        "interface \"a b\" has a character that no interface's name has; write a name like eth0",
    );
}

#[test]
fn names_are_told() {
    told("udp://", "      ^", "host and port are missing; write host:port, or :port for all addresses");
    told(
        "udp://a b:1",
        "       ^",
        "\" \" cannot stand in a host name; write letters, digits, \"-\" and \".\"",
    );
    told("udp://me@h:1", "        ^", "\"@\" cannot stand in a host name; an endpoint has no user");
    told("udp://a..b:1", "        ^", "a part of the name \"a..b\" is empty; write one dot between parts");
    told("udp://127.0.0.1：80", "               ^^", "\"：\" cannot stand in a host name; write \":\"");
    told("udp://127。0。0。1:80", "         ^^", "\"。\" cannot stand in a host name; write \".\"");
    told(
        "udp://A%20b:1",
        "       ^^^",
        "\" \" cannot stand in a host name; write letters, digits, \"-\" and \".\"",
    );
    told("udp://%ff:1", "      ^^^", "\"%ff\" is not UTF-8 text; write %25 for a percent sign");
    told(
        "udp://239.1.2.3%eth0:1",
        "               ^",
        "\"%\" cannot stand in a host name; only IPv6 in brackets has a zone; choose an interface with iface=",
    );
    let long = "a".repeat(64);
    told(
        &format!("udp://b.{long}:1"),
        &format!("        {}", "^".repeat(64)),
        "a part of a name has at most 63 characters",
    );
    let long = format!("{}a", "a.".repeat(127));
    told(
        &format!("udp://{long}:1"),
        &format!("      {}", "^".repeat(255)),
        "a name has at most 253 characters",
    );
}

#[test]
fn paths_and_fragments_are_told() {
    told("udp://h:1/x?ttl=4", "         ^^", "udp has no path, but there is \"/x\"; leave it out");
    told("udp://h:1/", "         ^", "udp has no path, but there is \"/\"; leave it out");
    told(
        "udp://h:1?ttl=4#x",
        "               ^^",
        "udp has no fragment, but there is \"#x\"; leave it out, or write %23 for a \"#\" in an option",
    );
}

#[test]
fn options_are_told() {
    told(
        "udp://h:1?ttl=4&lop=no",
        "                ^^^",
        "unknown option \"lop\"; options of udp: bind ttl tclass broadcast join source rcvbuf sndbuf gro gso iface reuse \
         loopback portable",
    );
    told("udp://h:1?ttl=300", "              ^^^", "ttl 300 is out of range; ttl goes from 1 to 255");
    told("udp://h:1?ttl=", "              ^", "ttl \"\" is not a number; ttl goes from 1 to 255");
    told("udp://h:1?ttl=4&ttl=4", "                ^^^^^", "ttl is given twice, first as 4; give it once");
    told(
        "udp://h:1?reuse&reuse",
        "                ^^^^^",
        "reuse is given twice, first as yes; give it once",
    );
    told(
        "udp://h:1?rcvbuf=4mx",
        "                  ^^",
        "unknown unit \"mx\"; write one of B k KiB M MiB G GiB (powers of 1024) or kB MB GB (powers of 1000)",
    );
    told(
        "udp://h:1?iface=%20a",
        "                ^^^^",
        "interface \" a\" has a character that no interface's name has; write a name like eth0",
    );
    told(
        "udp://h:1?join=ff02::1%ab0",
        "                      ^^^",
        "\"%ab\" is not UTF-8 text; write %25 for a percent sign",
    );
}

#[test]
fn families_are_checked() {
    let problem = Endpoint::parse("udp://127.0.0.1:1?bind=[::1]:0").unwrap().check(Role::Send).unwrap_err();
    assert_eq!(problem.to_string(), "bind=[::1] is IPv6, but 127.0.0.1 is IPv4; use addresses of one family");
    Endpoint::parse("udp://[::1]:1?bind=[::1]:0").unwrap().check(Role::Send).unwrap();
    Endpoint::parse("udp://h:1?bind=:7&ttl=4").unwrap().check(Role::Send).unwrap();
    let problem = Endpoint::parse("unix://@app?unlink").unwrap().check(Role::Listen).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "unlink does not apply to @app; an abstract socket has no file; leave it out"
    );
    Endpoint::parse("unix:///app?unlink&mode=0600").unwrap().check(Role::Listen).unwrap();
    assert!(Endpoint::parse("udp://:1?bind=:7").unwrap().check(Role::Listen).is_err());
}
