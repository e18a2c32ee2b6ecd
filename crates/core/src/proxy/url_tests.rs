//! URLs of proxies: canonical forms, errors, and what holds for any.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn told(text: &str, spot: &str, what: &str) {
    let problem = Proxy::parse(text).unwrap_err();
    assert_eq!((&text[problem.span.clone()], problem.to_string().as_str()), (spot, what));
}

#[test]
fn canonical_forms() {
    for (text, shown) in [
        ("socks5://127.0.0.1", "socks5://127.0.0.1:1080"),
        ("SOCKS5h://proxy.example:9050/", "socks5://proxy.example:9050"),
        ("socks4a://me@[::1]", "socks4://me@[::1]:1080"),
        ("http://a:b@[fe80::1%eth0]:3128", "http://a:b@[fe80::1%eth0]:3128"),
        ("http://a@h", "http://a@h:80"),
        ("http://a:@h", "http://a:@h:80"),
        ("socks5://me:p@ss:w/rd%@h:1", "socks5://me:p%40ss%3Aw%2Frd%25@h:1"),
        ("socks5://我:密码@代理:1", "socks5://我:密码@代理:1"),
    ] {
        let proxy = Proxy::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"));
        assert_eq!(proxy.to_string(), shown);
        assert_eq!(Proxy::parse(shown), Ok(proxy));
    }
}

#[test]
fn what_is_wrong_is_told() {
    told("h:1", "", "\"h:1\" has no scheme; write socks5://h:1, or socks4:// or http:// for the others");
    told("https://h:1", "https", "unknown kind of proxy \"https\"; write socks5, socks4 or http");
    told(
        "socks5://:1080",
        ":1080",
        "the host of the proxy is missing; write it, like socks5://127.0.0.1:1080",
    );
    told("http://h:0", "h:0", "port 0 cannot be connected to; ports go from 1 to 65535");
    told("http://h:99999", "99999", "port 99999 is out of range; ports go from 0 to 65535");
    told("socks4://a:b@h", "a:b", "socks4 has no password; write user@host, or use socks5");
    told("socks5://a@h", "a", "the password of the proxy is missing; write user:password@host");
    told("socks5://a:@h", "a:", "the password of the proxy is missing; write user:password@host");
    told(
        "socks5://:b@h",
        ":b",
        "the user of the proxy is missing; write user:password@host, or leave the \"@\" out",
    );
    told("http://a%3ab:c@h", "a%3ab:c", "the user of an http proxy cannot have a \":\"; choose another");
    told(
        &format!("socks5://a:{}@h", "x".repeat(256)),
        &"x".repeat(256),
        "a name or password of 256 bytes is too long; 255 is the most (RFC 1929)",
    );
}

#[test]
fn passwords_stay_out_of_logs() {
    let proxy = Proxy::parse("socks5://me:secret@h").unwrap();
    assert!(!format!("{proxy:?}").contains("secret"));
}

proptest! {
    #[test]
    fn what_is_shown_is_read_again(text in "(socks4|socks5|http)://([a-z%:@/é]{1,8}:[a-z%:@/密]{1,8}@)?[a-z]{1,8}(:[1-9][0-9]{0,3})?", any in any::<String>()) {
        for text in [text, any.clone(), format!("socks5://{any}"), format!("http://{any}@h")] {
            match Proxy::parse(&text) {
                Ok(proxy) => prop_assert_eq!(Proxy::parse(&proxy.to_string()), Ok(proxy)),
                Err(problem) => prop_assert!(text.get(problem.span.clone()).is_some()),
            }
        }
    }
}
