//! What holds for any endpoint.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::endpoint::{Bind, Endpoint, Host, Join, OPTIONS, Options, Place, SCHEMES, Scheme, host};

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

prop_compose! {
    fn any_options()(
        bind in option::of((address(), any::<u16>()).prop_map(|(address, port)| Bind { address, port })),
        (ttl, tclass) in (option::of(1_u8..), any::<Option<u8>>()),
        (join, source) in (joins(), sources()),
        (rcvbuf, sndbuf) in (option::of(0..1_u32 << 31), option::of(0..1_u32 << 31)),
        iface in option::of(interface()),
        (broadcast, reuse, loopback, portable) in any::<(Option<bool>, Option<bool>, Option<bool>, Option<bool>)>(),
    ) -> Options {
        let mut options = Options {
            bind, ttl, tclass, broadcast, join, source, rcvbuf, sndbuf, iface, reuse, loopback, portable,
        };
        options.join.dedup();
        options.source.dedup();
        options
    }
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
    (built_in(), parts).prop_map(|(scheme, (host, port, file, request, options))| match scheme.place {
        Place::HostPort => Endpoint { scheme, host, port, path: String::new(), options },
        Place::HostPortPath => Endpoint { scheme, host, port, path: request, options },
        Place::File => Endpoint { scheme, host: Host::Any, port: None, path: file, options },
    })
}

proptest! {
    #[test]
    fn what_is_shown_is_read_again(endpoint in endpoint()) {
        prop_assert_eq!(Endpoint::parse(&endpoint.to_string()), Ok(endpoint));
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
