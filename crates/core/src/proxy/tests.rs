//! Whole handshakes, byte by byte, and what holds for any answer in any pieces.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::endpoint::Endpoint;

/// A handshake that came to its end.
#[derive(Debug, PartialEq, Eq)]
struct Talk {
    /// All that was said to the proxy.
    said: Vec<u8>,
    /// What came through the connection; `None` while it is not there.
    end: Result<Option<Vec<u8>>, Refused>,
}

fn begin(proxy: &str, to: &str) -> Result<Handshake, Refused> {
    let target = Target::of(&Endpoint::parse(&format!("tcp://{to}")).unwrap());
    Handshake::new(&Proxy::parse(proxy).unwrap(), &target)
}

/// Talks to a proxy that answers in these pieces.
fn talk<'a>(proxy: &str, to: &str, pieces: impl IntoIterator<Item = &'a [u8]>) -> Talk {
    let mut handshake = begin(proxy, to).unwrap();
    let (mut said, mut through) = (Vec::new(), None);
    let say = |handshake: &mut Handshake, said: &mut Vec<u8>| {
        said.extend(handshake.output());
        handshake.sent(handshake.output().len());
    };
    say(&mut handshake, &mut said);
    for piece in pieces {
        match handshake.input(piece) {
            Ok(Step::More) => assert_eq!(through, None, "done is done"),
            Ok(Step::Done { rest }) => {
                through.get_or_insert_with(Vec::new).extend(&piece[piece.len() - rest..]);
            }
            Err(refused) => {
                assert_eq!(handshake.ended(), Err(refused.clone()));
                return Talk { said, end: Err(refused) };
            }
        }
        say(&mut handshake, &mut said);
    }
    let ended = if through.is_some() { Ok(()) } else { Err(Refused::Ended) };
    assert_eq!(handshake.ended(), ended);
    Talk { said, end: Ok(through) }
}

/// Expects what is said for a good answer, to which `!` is added as the first byte that comes through.
#[track_caller]
fn connects(proxy: &str, to: &str, answer: &[u8], said: &[u8]) {
    let heard = [answer, b"!"].concat();
    let talk = talk(proxy, to, [&heard[..]]);
    assert_eq!(talk.said.escape_ascii().to_string(), said.escape_ascii().to_string());
    assert_eq!(talk.end, Ok(Some(b"!".to_vec())));
}

/// Expects a refusal, with what would help after it.
#[track_caller]
fn refuses(proxy: &str, answer: &[u8], words: &str) {
    let refused = talk(proxy, "h:1", [answer]).end.unwrap_err();
    let remedy = refused.remedy();
    let told = if remedy.is_empty() { refused.to_string() } else { format!("{refused}; {remedy}") };
    assert_eq!(told, words);
}

#[test]
fn socks4_says_addresses_and_names() {
    const YES: &[u8] = b"\0\x5a\xde\xad\xbe\xef\xff\xff";
    connects("socks4://p", "66.102.7.99:80", YES, b"\x04\x01\0\x50\x42\x66\x07\x63\0");
    connects("socks4://Fred@p", "66.102.7.99:80", YES, b"\x04\x01\0\x50\x42\x66\x07\x63Fred\0");
    connects("socks4a://Fred@p", "example.com:8080", YES, b"\x04\x01\x1f\x90\0\0\0\x01Fred\0example.com\0");
}

#[test]
fn socks5_says_addresses_and_names_with_and_without_login() {
    const HELLO: &[u8] = b"\x05\x01\0";
    const YES: &[u8] = b"\x05\0\x05\0\0\x01\0\0\0\0\0\0";
    let hello = |request: &[u8]| [HELLO, request].concat();
    connects("socks5://p", "192.0.2.1:80", YES, &hello(b"\x05\x01\0\x01\xc0\0\x02\x01\0\x50"));
    connects("socks5://p", "example.com:443", YES, &hello(b"\x05\x01\0\x03\x0bexample.com\x01\xbb"));
    connects("socks5://p", "设备:1", YES, &hello("\x05\x01\0\x03\x06设备\0\x01".as_bytes()));
    connects(
        "socks5://p",
        "[2001:db8::1]:80",
        b"\x05\0\x05\0\0\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\0\x50",
        &hello(b"\x05\x01\0\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\0\x50"),
    );
    connects(
        "socks5://me:pw@p",
        "h:1",
        b"\x05\x02\x01\0\x05\0\0\x03\x02ab\0\x50",
        b"\x05\x02\0\x02\x01\x02me\x02pw\x05\x01\0\x03\x01h\0\x01",
    );
    // A proxy that knows the user by other means.
    connects("socks5://me:pw@p", "h:1", YES, b"\x05\x02\0\x02\x05\x01\0\x03\x01h\0\x01");
}

#[test]
fn http_asks_to_connect() {
    connects(
        "http://p",
        "server.example.com:80",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"CONNECT server.example.com:80 HTTP/1.1\r\nHost: server.example.com:80\r\n\r\n",
    );
    connects(
        "http://Aladdin:open%20sesame@p",
        "[::1]:443",
        b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.0 299\r\nContent-Length: 5\r\n\r\n",
        b"CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\
          Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n",
    );
    connects(
        "http://me@p",
        "设备:1",
        b"HTTP/1.1 200 \nVia: x\n\n",
        b"CONNECT %E8%AE%BE%E5%A4%87:1 HTTP/1.1\r\nHost: %E8%AE%BE%E5%A4%87:1\r\n\
          Proxy-Authorization: Basic bWU6\r\n\r\n",
    );
}

#[test]
fn every_refusal_has_its_words() {
    for (code, words) in [
        (91, "request rejected or failed"),
        (92, "request rejected, since it cannot ask identd on this machine who the user is"),
        (93, "request rejected, since identd on this machine says that the user is another"),
        (0, "a code without a meaning"),
    ] {
        refuses("socks4://p", &[0, code], &format!("the proxy says: {words} (socks4 code {code})"));
    }
    for (code, words) in [
        (1, "general failure"),
        (2, "connection not allowed by its rules"),
        (3, "network unreachable"),
        (4, "host unreachable"),
        (5, "connection refused"),
        (6, "TTL expired"),
        (7, "command not supported"),
        (8, "address type not supported"),
        (9, "a code without a meaning"),
        (255, "a code without a meaning"),
    ] {
        let told = format!("the proxy says: {words} (socks5 code {code})");
        refuses("socks5://p", &[5, 0, 5, code, 0, 1, 0, 0, 0, 0, 0, 0], &told);
    }
    for code in [101, 301, 403, 407, 502, 999] {
        let line = format!("HTTP/1.1 {code} 不行\u{1b}\r\n");
        let refused = talk("http://p", "h:1", [line.as_bytes()]).end.unwrap_err();
        assert_eq!(refused.to_string(), format!("the proxy says: HTTP/1.1 {code} 不行\\u{{1b}}"));
    }
    for code in [100, 199, 200, 299] {
        let line = format!("HTTP/1.1 {code} 行\r\n");
        assert_eq!(talk("http://p", "h:1", [line.as_bytes()]).end, Ok(None), "{code} is not over yet");
    }
}

#[test]
fn logins_that_fail_are_told_with_what_helps() {
    const HELP: &str = "give name and password in the proxy's URL: user:password@host";
    refuses(
        "socks5://p",
        b"\x05\xff",
        &format!("the proxy takes no way to log in that was offered: none; {HELP}"),
    );
    refuses(
        "socks5://a:b@p",
        b"\x05\xff",
        &format!("the proxy takes no way to log in that was offered: none, name and password; {HELP}"),
    );
    refuses(
        "socks5://a:b@p",
        b"\x05\x02\x01\x01",
        &format!("the proxy does not take this name and password (code 1); {HELP}"),
    );
    refuses(
        "http://p",
        b"HTTP/1.1 407 Proxy Authentication Required\r\n",
        &format!("the proxy says: HTTP/1.1 407 Proxy Authentication Required; {HELP}"),
    );
}

#[test]
fn answers_in_other_languages_are_told() {
    const HELP: &str = "check the port and the kind of the proxy";
    for (proxy, answer, what) in [
        (
            "socks4://p",
            &b"HTTP"[..],
            "socks4 proxy answers like this: it begins with the byte 0x48, not with 0x00",
        ),
        ("socks5://p", b"HTTP", "socks5 proxy answers like this: its version is 0x48, not 0x05"),
        (
            "socks5://p",
            b"\x05\x02",
            "socks5 proxy answers like this: it chose the way to log in 0x02, which was not offered",
        ),
        (
            "socks5://a:b@p",
            b"\x05\x02\x05",
            "socks5 proxy answers like this: its version of the login is 0x05, not 0x01",
        ),
        (
            "socks5://p",
            b"\x05\0\x05\0\0\x02",
            "socks5 proxy answers like this: it has an address of the unknown type 2",
        ),
        ("http://p", b"SSH-2.0", "http proxy answers like this: it begins with \"S\""),
        ("http://p", b"HTTP/2 200\r\n", "http proxy answers like this: it begins with \"HTTP/2\""),
        (
            "http://p",
            b"HTTP/1.1 20 OK\r\n",
            "http proxy answers like this: its first line is \"HTTP/1.1 20 OK\"",
        ),
        ("http://p", b"HTTP/1.1 2000\n", "http proxy answers like this: its first line is \"HTTP/1.1 2000\""),
        ("http://p", b"\r\n", "http proxy answers like this: it begins with \"\\r\""),
        ("http://p", b"\n", "http proxy answers like this: its first line is \"\""),
    ] {
        refuses(proxy, answer, &format!("no {what}; {HELP}"));
    }
}

#[test]
fn a_head_has_a_longest() {
    let head = |fill: usize| {
        let start = b"HTTP/1.1 200 OK\r\nA: ";
        [&start[..], &vec![b'x'; fill], b"\r\n\r\n"].concat()
    };
    let room = LONGEST_HEAD - head(0).len();
    assert_eq!(talk("http://p", "h:1", [&head(room)[..]]).end, Ok(Some(Vec::new())));
    assert_eq!(talk("http://p", "h:1", [&head(room + 1)[..]]).end, Err(Refused::TooLong));
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(LONGEST_HEAD / 25 + 1);
    assert_eq!(talk("http://p", "h:1", [&interim[..]]).end, Err(Refused::TooLong));
}

#[test]
fn what_cannot_be_said_is_told_before_anything_is_sent() {
    for (proxy, to, words) in [
        ("socks4://p", "[::1]:1", "socks4 has no IPv6; use socks5"),
        ("socks4://p", "0.0.0.7:1", "socks4 cannot say 0.0.0.7, which marks a name there; use socks5"),
        ("socks4://p", ":1", "there is no host to ask the proxy for; write an address or a name"),
        ("socks5://p", "*:1", "there is no host to ask the proxy for; write an address or a name"),
        ("http://p", "*:1", "there is no host to ask the proxy for; write an address or a name"),
        (
            "socks5://p",
            "[fe80::1%eth0]:1",
            "the zone eth0 is of this machine, not of the proxy; leave it out",
        ),
        ("http://p", "[fe80::1%eth0]:1", "the zone eth0 is of this machine, not of the proxy; leave it out"),
    ] {
        let refused = begin(proxy, to).unwrap_err();
        assert_eq!(format!("{refused}; {}", refused.remedy()), words);
    }
    let long = format!("{}:1", "设".repeat(86));
    let refused = begin("socks5://p", &long).unwrap_err();
    assert_eq!(refused.to_string(), "the name of the host has 258 bytes");
}

#[test]
fn bytes_may_be_sent_in_pieces_and_a_chain_asks_for_the_next_proxy() {
    let next = Proxy::parse("http://[::1]").unwrap();
    let mut handshake = Handshake::new(&Proxy::parse("http://p").unwrap(), &Target::from(&next)).unwrap();
    let all = handshake.output().to_vec();
    assert!(all.starts_with(b"CONNECT [::1]:80 "));
    handshake.sent(3);
    assert_eq!(handshake.output(), &all[3..]);
    handshake.sent(usize::MAX);
    assert_eq!(handshake.output(), b"");
}

/// Answers that are good, nearly good, or anything.
fn answers() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&[u8]> = vec![
        b"\0\x5a\0\0\0\0\0\0",
        b"\0\x5b\0\0\0\0\0\0",
        b"\x05\0\x05\0\0\x01\0\0\0\0\0\0",
        b"\x05\0\x05\0\0\x03\x03abc\0\0",
        b"\x05\x02\x01\0\x05\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        b"\x05\x02\x01\x01",
        b"\x05\0\x05\x05",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 102 Wait\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n",
        b"HTTP/1.1 403 No\r\n\r\n",
    ];
    let tail = vec(any::<u8>(), 0..20);
    let good = (prop::sample::select(known), tail).prop_map(|(known, tail)| [known, &tail].concat());
    prop_oneof![4 => good, 1 => vec(any::<u8>(), 0..40)]
}

proptest! {
    #[test]
    fn pieces_make_no_difference(
        answer in answers(),
        cuts in vec(any::<prop::sample::Index>(), 0..12),
        proxy in prop::sample::select(vec!["socks4://p", "socks5://p", "socks5://a:b@p", "http://p"]),
    ) {
        let whole = talk(proxy, "h:1", [&answer[..]]);
        let bytes = talk(proxy, "h:1", answer.chunks(1));
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(answer.len() + 1)).collect();
        cuts.extend([0, answer.len()]);
        cuts.sort_unstable();
        let pieces = talk(proxy, "h:1", cuts.windows(2).map(|cut| &answer[cut[0]..cut[1]]));
        prop_assert_eq!(&bytes.end, &whole.end);
        prop_assert_eq!(&pieces.end, &whole.end);
        if whole.end.is_ok() {
            prop_assert_eq!(&bytes.said, &whole.said);
            prop_assert_eq!(&pieces.said, &whole.said);
        }
    }
}
