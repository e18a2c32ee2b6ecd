//! Through proxies that this test plays itself, by the letter of RFC 1928 and RFC 9110.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

use sockscope_core::batch::Batch;
use sockscope_net::error::Kind;

use crate::both::{address, connect, end, listen, read, read_all, receive, serve, write};
use crate::made::Files;

/// A proxy that takes one connection, whose handshake is `shake`: it returns where to go on to, and what to
/// answer once that is reached.
fn proxy(shake: impl Fn(&mut TcpStream) -> io::Result<(SocketAddr, Vec<u8>)> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || -> io::Result<()> {
        let mut client = listener.accept()?.0;
        let (to, answer) = shake(&mut client)?;
        let mut server = TcpStream::connect(to)?;
        client.write_all(&answer)?;
        let (mut up, mut down) = (client.try_clone()?, server.try_clone()?);
        let upward = std::thread::spawn(move || {
            let _ = io::copy(&mut up, &mut down);
            let _ = down.shutdown(Shutdown::Write);
        });
        let _ = io::copy(&mut server, &mut client);
        let _ = client.shutdown(Shutdown::Write);
        let _ = upward.join();
        Ok(())
    });
    at
}

fn bytes<const N: usize>(from: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// SOCKS5 with name and password.
fn socks5() -> SocketAddr {
    proxy(|client| {
        let [5, count] = bytes(client)? else { panic!("no SOCKS5") };
        io::copy(&mut client.take(count.into()), &mut io::sink())?;
        client.write_all(&[5, 2])?;
        assert_eq!(&bytes::<8>(client)?, b"\x01\x02me\x03pwd");
        client.write_all(&[1, 0])?;
        assert_eq!(bytes::<4>(client)?, [5, 1, 0, 1]);
        let to = SocketAddr::from((bytes::<4>(client)?, u16::from_be_bytes(bytes(client)?)));
        Ok((to, vec![5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
    })
}

/// HTTP CONNECT, whose answer has `early` right behind it.
fn http(early: &'static [u8]) -> SocketAddr {
    proxy(move |client| {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend(bytes::<1>(client)?);
        }
        let head = String::from_utf8(head).unwrap();
        let to = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).unwrap();
        Ok((to.parse().unwrap(), [b"HTTP/1.1 200 Yes\r\n\r\n", early].concat()))
    })
}

#[test]
fn a_chain_is_asked_in_order_and_told() {
    let files = Files::new();
    let pem = files.path("server.pem");
    for (scheme, server, client) in [
        ("tcp", String::new(), String::new()),
        ("tls", format!("?cert={pem}"), format!("&ca={}", files.path("ca.pem"))),
        ("ws", String::new(), String::new()),
        ("wss", format!("?cert={pem}"), format!("&ca={}", files.path("ca.pem"))),
    ] {
        let listener = listen(&format!("{scheme}://127.0.0.1:0{server}")).unwrap();
        let at = address(&*listener);
        let serving = serve(listener, |came| {
            let mut came = came.unwrap();
            write(&mut *came, b"welcome").unwrap();
            let heard = read(&mut *came, 5).unwrap();
            end(&mut *came).unwrap();
            (heard, read_all(&mut *came).1)
        });
        let (first, second) = (socks5(), http(b""));
        let through = format!("proxy=socks5://me:pwd@{first}&proxy=http://{second}");
        let mut went = connect(&format!("{scheme}://{at}?{through}{client}")).unwrap();
        let connection = went.connection().unwrap().clone();
        assert_eq!(connection.through, [format!("socks5://{first}"), format!("http://{second}")]);
        assert_eq!(went.remote().unwrap().inet(), Some(first));
        assert_eq!(read(&mut *went, 7).unwrap(), b"welcome", "{scheme}");
        write(&mut *went, b"hello").unwrap();
        end(&mut *went).unwrap();
        assert_eq!(read_all(&mut *went).0, b"");
        let (heard, ended) = serving.join().unwrap();
        assert_eq!(heard, b"hello");
        ended.unwrap();
    }
}

#[test]
fn what_comes_right_behind_the_answer_belongs_to_the_stream() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = listener.local_addr().unwrap();
    let endpoint = format!("tcp://{to}?proxy=http://{}&proxy=http://{}", http(b""), http(b"early"));
    let mut went = connect(&endpoint).unwrap();
    // The descriptor may never tell of it.
    assert!(went.has_more());
    let mut batch = Batch::with_slots(1, 100);
    receive(&mut *went, &mut batch).unwrap().unwrap();
    assert_eq!(batch.message(0).bytes, b"early");
    assert!(!went.has_more());
    let mut there = listener.accept().unwrap().0;
    there.write_all(b"late").unwrap();
    assert_eq!(read(&mut *went, 4).unwrap(), b"late");
}

#[test]
fn each_refusal_is_told_in_words() {
    for (kind, answer, told) in [
        ("http", &b"HTTP/1.1 403 Not for you\r\n\r\n"[..], "the proxy says: HTTP/1.1 403 Not for you"),
        (
            "http",
            b"HTTP/1.1 407 Who?\r\n\r\n",
            "the proxy says: HTTP/1.1 407 Who?; give name and password in the proxy's URL: user:password@host",
        ),
        ("socks5", b"", "the proxy closed the connection before it had answered"),
        (
            "socks5",
            b"\x05\x00\x05\x05\x00\x01\0\0\0\0\0\0",
            "the proxy says: connection refused (socks5 code 5)",
        ),
        ("socks4", b"HTTP/1.1 400", ""),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut client = listener.accept().unwrap().0;
            client.write_all(answer).unwrap();
            client.shutdown(Shutdown::Write).unwrap();
            let _ = client.read_to_end(&mut Vec::new());
        });
        let error = connect(&format!("tcp://127.0.0.1:9?proxy={kind}://{at}")).unwrap_err();
        assert_eq!((error.kind, error.what.clone()), (Kind::No, format!("{kind}://{at}")));
        let why = error.why();
        let told = format!("cannot connect through: {told}");
        assert!(
            why == told || (kind == "socks4" && why.contains("no socks4 proxy answers like this")),
            "{why}"
        );
    }
    let error = connect("tcp://127.0.0.1:9?proxy=socks5://127.0.0.1:1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot connect to the proxy socks5://127.0.0.1:1: refused; nobody listens on that port; is the server running?"
    );
}
