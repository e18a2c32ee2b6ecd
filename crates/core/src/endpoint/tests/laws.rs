//! What holds for any endpoint.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::endpoint::{Bind, Endpoint, Header, Host, Join, OPTIONS, Options, Place, SCHEMES, Scheme, host};
use crate::proxy::{Kind, Proxy, User};

fn interface() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9%&#=.?é_-]{1,15}".prop_filter("a name", |name| host::interface(name).is_ok())
}

fn v6() -> impl Strategy<Value = Host> {
    (any::<Ipv6Addr>(), option::of(interface())).prop_map(|(ip, zone)| Host::V6(ip, zone))
}

fn address() -> impl Strategy<Value = Host> {
    prop_oneof![Just(Host::Any), any::<Ipv4Addr>().prop_map(Host::V4), v6()]
}

fn any_host() -> impl Strategy<Value = Host> {
    let name = "[a-zé设_-][a-z0-9é设_-]{0,12}(\\.[a-z][a-z0-9-]{0,8}){0,3}\\.?";
    prop_oneof![3 => address(), 1 => name.prop_map(Host::Name)]
}

fn joins() -> impl Strategy<Value = Vec<Join>> {
    let group = prop_oneof![
        any::<[u8; 3]>().prop_map(|[a, b, c]| IpAddr::from([224 | a & 15, a, b, c])),
        any::<[u8; 15]>().prop_map(|rest| {
            let mut octets = [0xff; 16];
            octets[1..].copy_from_slice(&rest);
            IpAddr::from(octets)
        }),
    ];
    vec((group, option::of(interface())).prop_map(|(group, iface)| Join { group, iface }), 0..3)
}

fn sources() -> impl Strategy<Value = Vec<IpAddr>> {
    let one = any::<IpAddr>().prop_filter("one sender", |ip| {
        !ip.is_multicast() && !ip.is_unspecified() && *ip != IpAddr::V4(Ipv4Addr::BROADCAST)
    });
    vec(one, 0..3)
}

fn bind() -> impl Strategy<Value = Bind> {
    let inet = (address(), any::<u16>()).prop_map(|(address, port)| Bind::Inet { address, port });
    prop_oneof![3 => inet, 1 => file().prop_map(Bind::File)]
}

fn yes_or_no() -> impl Strategy<Value = Option<bool>> {
    any::<Option<bool>>()
}

prop_compose! {
    fn of_datagrams()(
        bind in option::of(bind()),
        (ttl, tclass) in (option::of(1_u8..), any::<Option<u8>>()),
        (join, source) in (joins(), sources()),
        (rcvbuf, sndbuf) in (option::of(0..1_u32 << 31), option::of(0..1_u32 << 31)),
        iface in option::of(interface()),
        (broadcast, reuse, loopback, portable) in (yes_or_no(), yes_or_no(), yes_or_no(), yes_or_no()),
    ) -> Options {
        let rest = Options::default();
        let mut options = Options {
            bind, ttl, tclass, broadcast, join, source, rcvbuf, sndbuf, iface, reuse, loopback, portable, ..rest
        };
        options.join = once(options.join);
        options.source = once(options.source);
        options
    }
}

/// Each value once, as options keep them.
fn once<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut kept = Vec::new();
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

fn times(longest: u64, unit: fn(u64) -> Duration) -> impl Strategy<Value = Option<Duration>> {
    option::of((1..=longest).prop_map(unit))
}

fn proxies() -> impl Strategy<Value = Vec<Proxy>> {
    let user = ("[a-z%@&é]{1,9}", "[a-z:%@&=#/密 ]{1,9}");
    let user = option::of(user.prop_map(|(name, password)| User { name, password: Some(password) }));
    let one = (prop_oneof![Just(Kind::Socks5), Just(Kind::Http)], any_host(), 1_u16.., user)
        .prop_filter("a place", |(_, host, ..)| *host != Host::Any)
        .prop_map(|(kind, host, port, user)| Proxy { kind, host, port, user });
    vec(one, 0..3)
}

fn text() -> impl Strategy<Value = Option<String>> {
    option::of("[a-z/.%&=#?证+ ]{1,12}")
}

fn headers() -> impl Strategy<Value = Vec<Header>> {
    let one = ("[A-Za-z0-9!#$%&'*+.^_`|~]{1,9}", "([!-~证]([ -~证]{0,9}[!-~证])?)?");
    let one = one.prop_map(|(name, value)| Header { name, value });
    let own = |header: &Header| ["upgrade", "connection"].contains(&header.name.to_lowercase().as_str());
    vec(one.prop_filter("not the handshake's", move |header| !own(header)), 0..3)
}

prop_compose! {
    fn of_streams()(
        (nodelay, keepalive) in (yes_or_no(), times(32_767, Duration::from_secs)),
        (linger, user_timeout) in (times(0x7fff_ffff, Duration::from_secs), times(0x7fff_ffff, Duration::from_millis)),
        (connect_timeout, backlog) in (times(u64::MAX, Duration::from_nanos), option::of(0..1_u32 << 31)),
        (proxy, mode, unlink) in (proxies(), option::of(0..0o1000_u32), yes_or_no()),
    ) -> Options {
        Options {
            nodelay, keepalive, linger, user_timeout, connect_timeout, backlog, mode, unlink,
            proxy: once(proxy),
            ..Options::default()
        }
    }
}

prop_compose! {
    fn of_protocols()(
        (insecure, self_signed) in (yes_or_no(), yes_or_no()),
        (ca, cert, key, client_ca, keylog) in (text(), text(), text(), text(), text()),
        (alpn, sni) in (vec("[a-z/.%&= é]{1,9}", 0..3), option::of("[a-z]{1,9}(\\.[a-z]{1,9}){0,2}")),
        (origin, protocol) in (option::of("https?://[a-z%&=.]{1,9}(:80)?"), vec("[a-z0-9!#%&]{1,9}", 0..3)),
        header in headers(),
    ) -> Options {
        let rest = Options::default();
        let mut options = Options {
            insecure, self_signed, ca, cert, key, client_ca, keylog, alpn, sni, origin, protocol, header, ..rest
        };
        options.alpn = once(options.alpn);
        options.protocol = once(options.protocol);
        options.header = once(options.header);
        options
    }
}

prop_compose! {
    fn any_options()(some in of_datagrams(), more in of_streams(), most in of_protocols()) -> Options {
        let mut options = Options::default();
        for given in [&some, &more, &most] {
            options = options.merge(given).unwrap();
        }
        options
    }
}

/// Those that the scheme has.
fn own(options: &Options, scheme: &Scheme) -> Options {
    let mut own = Options::default();
    for spec in OPTIONS.iter().filter(|spec| spec.schemes.contains(&scheme.name)) {
        (spec.show)(options).iter().for_each(|value| own.set(spec.name, value).unwrap());
    }
    own
}

fn built_in() -> impl Strategy<Value = &'static Scheme> {
    prop::sample::select(SCHEMES.iter().filter(|row| row.built_in).collect::<Vec<_>>())
}

fn file() -> impl Strategy<Value = String> {
    "[/@][a-z0-9/设%&#=?@ ._+-]{0,30}[a-z%?]"
}

fn request() -> impl Strategy<Value = String> {
    "/([a-z0-9._~!$&'()*+,;=:@/?-]|%(2[0-9A-Fa-f]|E4)){0,20}"
}

/// Any endpoint of any scheme that is built in.
fn endpoint() -> impl Strategy<Value = Endpoint> {
    let parts = (any_host(), any::<Option<u16>>(), file(), request(), any_options());
    (built_in(), parts).prop_map(|(scheme, (host, port, file, request, options))| {
        let options = own(&options, scheme);
        match scheme.place {
            Place::HostPort => Endpoint { scheme, host, port, path: String::new(), options },
            Place::HostPortPath => Endpoint { scheme, host, port, path: request, options },
            Place::File => Endpoint { scheme, host: Host::Any, port: None, path: file, options },
        }
    })
}

proptest! {
    #[test]
    fn what_is_shown_is_read_again(endpoint in endpoint()) {
        prop_assert_eq!(Endpoint::parse(&endpoint.to_string()), Ok(endpoint));
    }

    #[test]
    fn what_an_option_says_is_what_it_was_made_from(
        some in of_datagrams(),
        more in of_streams(),
        most in of_protocols(),
    ) {
        for options in [some, more, most] {
            let mut again = Options::default();
            for spec in OPTIONS {
                for value in (spec.show)(&options) {
                    prop_assert!(again.set(spec.name, &value).is_ok(), "{}={value}", spec.name);
                }
            }
            prop_assert_eq!(again, options);
        }
    }

    #[test]
    fn options_given_one_by_one_are_the_same(options in any_options()) {
        prop_assert_eq!(&Options::default().merge(&options).unwrap(), &options);
        prop_assert_eq!(&options.clone().merge(&options).unwrap(), &options);
    }

    #[test]
    fn nothing_panics_and_every_spot_can_be_shown(
        scheme in built_in(),
        anything in any::<String>(),
        place in "[a-z0-9.:\\[\\]%@/#é：\u{85} -]{0,24}",
        name in prop::sample::select(OPTIONS.iter().map(|spec| spec.name).collect::<Vec<_>>()),
        value in "[a-z0-9.:\\[\\]%&=é\u{85} -]{0,24}",
    ) {
        let texts = [
            anything.clone(),
            format!("{}://{anything}", scheme.name),
            format!("{}{name}={anything}", scheme.example),
            format!("{}?{name}={anything}", scheme.example),
            format!("{}://{place}?{name}={value}", scheme.name),
        ];
        for text in texts {
            match Endpoint::parse(&text) {
                Ok(endpoint) => prop_assert_eq!(Endpoint::parse(&endpoint.to_string()), Ok(endpoint)),
                Err(problem) => {
                    prop_assert_eq!(&problem.input, &text);
                    prop_assert!(text.get(problem.span.clone()).is_some());
                    let _ = problem.place();
                }
            }
        }
    }
}
