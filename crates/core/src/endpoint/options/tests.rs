//! Every row of the table, and how options go together.

use super::*;
use crate::endpoint::SCHEMES;

fn given(pairs: &[(&str, &str)]) -> Options {
    let mut options = Options::default();
    for (name, value) in pairs {
        options.set(name, value).unwrap();
    }
    options
}

fn row(name: &str) -> &'static Scheme {
    SCHEMES.iter().find(|row| row.name == name).unwrap()
}

/// Expects that these options are refused.
#[track_caller]
fn refused(name: &str, role: Role, pairs: &[(&str, &str)], what: &str) {
    assert_eq!(given(pairs).check(row(name), role).unwrap_err().to_string(), what);
}

#[test]
fn every_row_reads_and_shows_its_example() {
    for spec in OPTIONS {
        let mut options = Options::default();
        assert!((spec.show)(&options).is_empty(), "{} has no value at first", spec.name);
        options.set(spec.name, spec.example).unwrap();
        assert_eq!((spec.show)(&options), [spec.example], "{}", spec.name);
        options.set(spec.name, spec.example).unwrap();
        assert_eq!((spec.show)(&options), [spec.example], "{} again", spec.name);
    }
}

#[test]
fn every_row_is_in_order() {
    for (i, spec) in OPTIONS.iter().enumerate() {
        assert!(OPTIONS[..i].iter().all(|other| other.name != spec.name), "{} twice", spec.name);
        assert!(spec.help.len() > 20 && !spec.help.contains('\n') && !spec.help.ends_with('.'));
        assert!(!spec.roles.is_empty());
        let names = SCHEMES.iter().map(|row| row.name).filter(|name| spec.schemes.contains(name));
        assert!(names.eq(spec.schemes.iter().copied()), "{}: {:?}", spec.name, spec.schemes);
        assert_eq!(spec.flag, spec.value == "yes|no", "{}", spec.name);
        assert!((spec.set)(&mut Options::default(), "\u{0}").is_err(), "{}", spec.name);
    }
}

#[test]
fn a_second_value_is_refused_and_changes_nothing() {
    let mut options = given(&[("ttl", "4"), ("rcvbuf", "4MiB")]);
    options.set("rcvbuf", "4096k").unwrap();
    let problem = options.set("ttl", "5").unwrap_err();
    assert_eq!(problem.to_string(), "ttl is given twice: 4 and 5; give it once");
    assert_eq!(problem.place().unwrap(), "  5\n  ^");
    assert_eq!(options, given(&[("ttl", "4"), ("rcvbuf", "4MiB")]));
}

#[test]
fn flags_join_the_options_of_the_endpoint() {
    let query = given(&[("ttl", "4"), ("join", "239.1.2.3")]);
    let flags = given(&[("ttl", "4"), ("join", "239.1.2.4%eth0"), ("reuse", "yes")]);
    let both = query.clone().merge(&flags).unwrap();
    assert_eq!(
        both,
        given(&[("ttl", "4"), ("join", "239.1.2.3"), ("join", "239.1.2.4%eth0"), ("reuse", "yes")])
    );
    let problem = query.merge(&given(&[("ttl", "9")])).unwrap_err();
    assert_eq!(problem.to_string(), "ttl is given twice: 4 and 9; give it once");
}

#[test]
fn unknown_options_are_told_with_the_nearest() {
    let problem = option("tll").unwrap_err();
    let told = problem.to_string();
    assert!(told.starts_with("unknown option \"tll\"; did you mean ttl? options: bind ttl "), "{told}");
    assert!(told.ends_with(" header"), "{told}");
}

#[test]
fn roles_are_checked() {
    let problem = given(&[("bind", ":9000")]).check(row("udp"), Role::Listen).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "bind does not apply to listening; a listener's own address is that of the endpoint"
    );
    assert_eq!(problem.place().unwrap(), "  bind=:9000\n  ^^^^^^^^^^");
    given(&[("bind", ":9000")]).check(row("udp"), Role::Send).unwrap();
    let problem = given(&[("broadcast", "no")]).check(row("udp"), Role::Listen).unwrap_err();
    assert_eq!(problem.to_string(), "broadcast does not apply to listening; leave it out");
}

#[test]
fn a_source_needs_a_group_of_its_family() {
    let problem =
        given(&[("source", "192.0.2.1"), ("join", "ff35::1")]).check(row("udp"), Role::Listen).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "source=192.0.2.1 needs an IPv4 group to join; add join=GROUP, like join=232.1.2.3"
    );
    let problem = given(&[("source", "2001:db8::1")]).check(row("udp"), Role::Listen).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "source=2001:db8::1 needs an IPv6 group to join; add join=GROUP, like join=ff35::1"
    );
    given(&[("source", "192.0.2.1"), ("join", "232.1.2.3")]).check(row("udp"), Role::Listen).unwrap();
}

#[test]
fn options_are_of_some_schemes() {
    for (name, pair, what) in [
        ("tcp", ("join", "239.1.2.3"), "join does not apply to tcp; it is for udp"),
        ("udp", ("nodelay", "yes"), "nodelay does not apply to udp; it is for tcp tls ws wss"),
        ("unix", ("ttl", "4"), "ttl does not apply to unix; it is for udp tcp tls ws wss"),
        ("tls", ("origin", "null"), "origin does not apply to tls; it is for ws wss"),
        ("tcp", ("mode", "600"), "mode does not apply to tcp; it is for unix unixgram unixpacket"),
    ] {
        refused(name, Role::Send, &[pair], what);
        refused(name, Role::Listen, &[pair], what);
    }
    given(&[("nodelay", "yes"), ("sni", "a.example"), ("header", "a: b")])
        .check(row("wss"), Role::Send)
        .unwrap();
}

#[test]
fn every_scheme_takes_its_options() {
    for scheme in SCHEMES.iter().filter(|row| row.name != "nats") {
        let own: Vec<_> = OPTIONS.iter().filter(|spec| spec.schemes.contains(&scheme.name)).collect();
        assert!(own.len() > 1, "{}", scheme.name);
        for spec in own.iter().filter(|spec| !["source", "key", "bind"].contains(&spec.name)) {
            for role in spec.roles {
                let mut options = given(&[(spec.name, spec.example)]);
                if scheme.is_tls() && *role == Role::Listen && options.self_signed.is_none() {
                    options.set("cert", spec.example).unwrap();
                }
                options.check(scheme, *role).unwrap();
            }
        }
    }
}

#[test]
fn a_socket_is_bound_to_what_its_scheme_has() {
    for (name, bind, what) in [
        (
            "udp",
            "/a",
            "bind=/a is a path, but udp takes an address; write bind=[ADDRESS][:PORT], like bind=:9000",
        ),
        (
            "unixgram",
            ":9",
            "bind=:9 is an address, but unixgram takes a path; write bind=/path or bind=@name",
        ),
        ("unix", "/a", "bind does not apply to unix; it is for udp tcp tls ws wss unixgram"),
    ] {
        refused(name, Role::Send, &[("bind", bind)], what);
    }
    given(&[("bind", "@me")]).check(row("unixgram"), Role::Send).unwrap();
}

#[test]
fn a_server_of_tls_shows_one_certificate() {
    let cert = ("cert", "c.pem");
    for name in ["tls", "wss"] {
        let what =
            format!("listening at {name} needs a certificate; add cert=FILE and key=FILE, or self-signed");
        refused(name, Role::Listen, &[("self-signed", "no")], &what);
        let what = "cert and self-signed are two certificates; choose one of them";
        refused(name, Role::Listen, &[cert, ("self-signed", "yes")], what);
        let what = "there is a key, but no certificate; add cert=FILE";
        refused(name, Role::Send, &[("key", "k.pem")], what);
        for right in [&[cert][..], &[cert, ("key", "k.pem")], &[("self-signed", "yes")]] {
            given(right).check(row(name), Role::Listen).unwrap();
        }
        given(&[]).check(row(name), Role::Send).unwrap();
    }
    given(&[]).check(row("ws"), Role::Listen).unwrap();
}
