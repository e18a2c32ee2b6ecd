//! Places of every scheme: files, names and paths of requests.

use super::{canonical, told};
use crate::endpoint::{Endpoint, Host};

const SOCKET: &str = "write an absolute path like /run/app.sock, or @name for an abstract socket";

#[test]
fn files_and_abstract_names() {
    for name in ["unix", "unixgram", "unixpacket"] {
        for path in ["/run/a.sock", "/a", "@app", "@a/b", "/设备/a b%?#&.sock"] {
            let shown = path.replace('%', "%25").replace(' ', "%20").replace('?', "%3F");
            let shown = shown.replace('#', "%23").replace('&', "%26");
            let endpoint = Endpoint::parse(&format!("{name}://{shown}")).unwrap();
            assert_eq!((&endpoint.host, endpoint.port, endpoint.path.as_str()), (&Host::Any, None, path));
            canonical(&endpoint.to_string(), &format!("{name}://{shown}"));
        }
    }
    canonical("UNIX:///run/a%20b.sock?", "unix:///run/a%20b.sock");
    canonical("unix:///run/100%.sock", "unix:///run/100%25.sock");
}

#[test]
fn files_are_told() {
    told("unix://", "       ^", &format!("the path is missing; {SOCKET}"));
    told("unix://@", "       ^", &format!("a name is missing after \"@\"; {SOCKET}"));
    told("unix://a.sock", "       ^^^^^^", &format!("\"a.sock\" does not begin with \"/\"; {SOCKET}"));
    told("unix://:80", "       ^^^", &format!("\":80\" does not begin with \"/\"; {SOCKET}"));
    told("unix:///run/", "       ^^^^^", &format!("\"/run/\" names a folder; {SOCKET}"));
    told("unix:///a%0Ab", "         ^^^", "\"%0A\" is a control character; write %25 for a percent sign");
    told(
        "unix:///a#b",
        "         ^^",
        "unix has no fragment, but there is \"#b\"; leave it out, or write %23 for a \"#\" in an option",
    );
    let long = format!("unixgram:///{}%20", "x".repeat(106));
    let what = "the name of the socket has 108 bytes; at most 107 fit; use a shorter path";
    told(&long, &format!("           {}", "^".repeat(110)), what);
}

#[test]
fn tcp_has_a_host_and_a_port() {
    canonical("tcp://[::1]:07", "tcp://[::1]:7");
    canonical("TCP://*:0", "tcp://:0");
    told("tcp://h:1/x", "         ^^", "tcp has no path, but there is \"/x\"; leave it out");
    assert_eq!(Endpoint::parse("tcp://h").unwrap().port_or_default(), None);
}

#[cfg(feature = "ws")]
#[test]
fn requests_have_paths_and_ports_of_their_own() {
    canonical("ws://h", "ws://h/");
    canonical("ws://*:0/%3Fa=1&b=%26", "ws://:0/%3Fa=1&b=%26");
    canonical("ws://[::1]:1/你", "ws://[::1]:1/%E4%BD%A0");
    let endpoint = Endpoint::parse("ws://h/a%3fb").unwrap();
    assert_eq!((endpoint.path.as_str(), endpoint.port, endpoint.port_or_default()), ("/a?b", None, Some(80)));
    assert_eq!(Endpoint::parse("ws://h:8").unwrap().port_or_default(), Some(8));
    let query = Endpoint::parse("ws://h/a?token=x").unwrap_err().to_string();
    assert!(query.starts_with("unknown option \"token\"; options of ws: bind ttl "), "{query}");
    assert!(query.ends_with(" header; a query of the path is written %3Fname=value"), "{query}");
    told("ws:///x", "     ^", "host and port are missing; write host:port, or :port for all addresses");
    told(
        "ws://h/a%2",
        "        ^",
        "\"%\" is not followed by two hexadecimal digits; write %25 for a percent sign",
    );
}

#[cfg(all(feature = "tls", feature = "ws"))]
#[test]
fn inside_tls_the_ports_are_others() {
    assert_eq!(Endpoint::parse("wss://h/x").unwrap().port_or_default(), Some(443));
    assert_eq!(Endpoint::parse("tls://h").unwrap().port_or_default(), None);
}
