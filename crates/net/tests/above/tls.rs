//! TLS between two of our own, and what is said where it fails.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use crate::both::{
    Open, accept, address, connect, end, exchange, finish, listen, noise, read, read_all, serve, write,
};
use crate::made::Files;
use sockscope_net::error::{Error, Kind};

/// Connects a client to a listener; both endpoints without host and port. What each side says of it.
fn meet(server: &str, client: &str) -> (Result<Open, Error>, Result<Open, Error>) {
    let listener = listen(&format!("tls://127.0.0.1:0?{server}")).unwrap();
    let at = address(&*listener);
    let serving = serve(listener, |came| came);
    let went = connect(&format!("tls://{at}?{client}"));
    (went, serving.join().unwrap())
}

/// What the client says, once the answer is no.
#[track_caller]
fn refused(server: &str, client: &str) -> (String, String) {
    let (went, came) = meet(server, client);
    let told = |result: Result<Open, Error>| match result {
        Ok(_) => String::new(),
        Err(error) => {
            assert_eq!(error.kind, Kind::No, "{error}");
            error.why()
        }
    };
    (told(went), told(came))
}

#[test]
fn what_was_agreed_on_is_told_on_both_sides() {
    let files = Files::new();
    let (ca, pem) = (files.path("ca.pem"), files.path("server.pem"));
    let (went, came) =
        meet(&format!("cert={pem}&alpn=b&alpn=c"), &format!("ca={ca}&alpn=a&alpn=b&sni=localhost"));
    let (went, came) = (went.unwrap(), came.unwrap());
    let theirs = went.connection().unwrap().tls.clone().unwrap();
    let ours = came.connection().unwrap().tls.clone().unwrap();
    for tls in [&theirs, &ours] {
        assert_eq!((tls.version.as_str(), tls.alpn.as_deref()), ("TLS 1.3", Some("b")));
        assert!(tls.cipher.starts_with("TLS_"), "{}", tls.cipher);
        assert_eq!((tls.group.as_deref(), tls.sni.as_deref()), (Some("X25519MLKEM768"), Some("localhost")));
    }
    let certificate = theirs.certificate.unwrap();
    assert_eq!(certificate.names, ["localhost", "127.0.0.1"]);
    assert_eq!((certificate.chain, certificate.sha256.len()), (1, 64));
    // date -u -d 2060-01-01 +%s
    assert_eq!(certificate.expires.unwrap().0, 2_840_140_800_000_000_000);
    assert_eq!((theirs.verified, ours.verified, ours.certificate), (Some(true), None, None));
}

#[test]
fn bytes_go_both_ways_and_each_direction_ends_by_itself() {
    let (went, came) = meet("self-signed", "insecure");
    let (mut went, mut came) = (went.unwrap(), came.unwrap());
    assert_eq!(went.connection().unwrap().tls.as_ref().unwrap().verified, Some(false));
    write(&mut *went, "你好".as_bytes()).unwrap();
    end(&mut *went).unwrap();
    let (heard, ended) = read_all(&mut *came);
    assert_eq!(heard, "你好".as_bytes());
    ended.unwrap();
    write(&mut *came, b"still here").unwrap();
    assert_eq!(read(&mut *went, 10).unwrap(), b"still here");
    end(&mut *came).unwrap();
    assert_eq!(read_all(&mut *went).0, b"");
}

#[test]
fn a_listener_tells_its_certificate_and_a_client_can_trust_it_alone() {
    let files = Files::new();
    let listener = listen("tls://127.0.0.1:0?self-signed").unwrap();
    let shown = listener.connection().unwrap().shown.clone().unwrap();
    assert_eq!(shown.names[..3], ["localhost", "127.0.0.1", "::1"]);
    let at = address(&*listener);
    let serving = serve(listener, |came| came.map(drop));
    let went = connect(&format!("tls://{at}?insecure")).unwrap();
    serving.join().unwrap().unwrap();
    assert_eq!(
        went.connection().unwrap().tls.as_ref().unwrap().certificate.as_ref().unwrap().sha256,
        shown.sha256
    );
    // As openssl makes them: it signs itself and could sign others.
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    files.write("itself.pem", &format!("{pem}{}", key.serialize_pem()));
    let itself = files.path("itself.pem");
    let (went, _) = meet(&format!("cert={itself}"), &format!("ca={itself}"));
    assert_eq!(went.unwrap().connection().unwrap().tls.as_ref().unwrap().verified, Some(true));
    let (told, _) = refused(&format!("cert={itself}"), &format!("ca={itself}&sni=other.example"));
    assert!(told.contains("its certificate is for 127.0.0.1, not for other.example"), "{told}");
}

#[test]
fn clients_show_certificates() {
    let files = Files::new();
    let [ca, server, client, other] =
        ["ca.pem", "server.pem", "client.pem", "other.pem"].map(|file| files.path(file));
    let asks = format!("cert={server}&client-ca={ca}");
    let (went, came) = meet(&asks, &format!("ca={ca}&cert={client}"));
    let came = came.unwrap();
    let tls = came.connection().unwrap().tls.as_ref().unwrap();
    assert_eq!(
        (tls.verified, &tls.certificate.as_ref().unwrap().names[0][..]),
        (Some(true), "client.example")
    );
    drop(went);
    let (mut went, came) = meet(&asks, &format!("ca={ca}"));
    assert_eq!(
        came.unwrap_err().why(),
        "cannot shake hands with: it showed no certificate, and --client-ca asks for one; the client needs a \
         certificate that one of that file has signed"
    );
    // In TLS 1.3 the client's handshake is over before it hears that.
    let error = read_all(&mut **went.as_mut().unwrap()).1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert_eq!(
        error.to_string(),
        "it refused: it wants a client certificate; give one with --cert and --key"
    );
    let (_, told) = refused(&format!("cert={server}&client-ca={other}"), &format!("ca={ca}&cert={client}"));
    assert!(told.contains("nobody who is trusted has signed its certificate"), "{told}");
}

#[test]
fn what_is_wrong_with_a_certificate_is_told_with_what_would_help() {
    let files = Files::new();
    let file = |name: &str| format!("cert={}", files.path(name));
    let ca = format!("ca={}", files.path("ca.pem"));
    let other = format!("ca={}", files.path("other.pem"));
    for (server, client, told) in [
        (
            "expired.pem",
            ca.clone(),
            "its certificate has expired at 2002-01-01 00:00:00 UTC; renew it, or is the clock of this machine wrong? --insecure takes it all the same",
        ),
        (
            "early.pem",
            ca.clone(),
            "its certificate does not count before 2058-01-01 00:00:00 UTC; renew it, or is the clock of this machine wrong? --insecure takes it all the same",
        ),
        (
            "elsewhere.pem",
            ca.clone(),
            "its certificate is for a.example and b.example, not for 127.0.0.1; ask for one that it has with --sni NAME, or take any with --insecure",
        ),
        (
            "server.pem",
            other,
            "nobody who is trusted has signed its certificate; trust its issuer, or itself, with --ca FILE, or take any with --insecure",
        ),
        (
            "server.pem",
            String::new(),
            "nobody who is trusted has signed its certificate; trust its issuer, or itself, with --ca FILE, or take any with --insecure",
        ),
    ] {
        let (client, server) = refused(&file(server), &client);
        assert_eq!(client, format!("cannot shake hands with: {told}"));
        assert!(server.starts_with("cannot shake hands with: it refused: "), "{server}");
        assert_eq!(
            meet(&file("expired.pem"), "insecure")
                .0
                .unwrap()
                .connection()
                .unwrap()
                .tls
                .as_ref()
                .unwrap()
                .verified,
            Some(false)
        );
    }
    let (told, _) = refused(&format!("{}&alpn=a", file("server.pem")), &format!("{ca}&alpn=b"));
    assert_eq!(
        told,
        "cannot shake hands with: it refused: it speaks none of the protocols of --alpn; offer others, or leave --alpn out"
    );
}

#[test]
fn files_that_do_not_fit_are_told_before_anything_is_opened() {
    let files = Files::new();
    files.write("empty.pem", "");
    let pem = files.path("server.pem");
    for (endpoint, told) in [
        (format!("cert={}", files.path("none.pem")), "not found"),
        (format!("cert={}", files.path("empty.pem")), "there is no certificate in it"),
        (format!("cert={}", files.path("ca.pem")), "there is no private key in it"),
        (
            format!("cert={pem}&key={}", files.path("client.pem")),
            "the key is not that of the first certificate",
        ),
        (String::new(), "TLS needs a certificate to show"),
    ] {
        let error = listen(&format!("tls://127.0.0.1:0?{endpoint}")).unwrap_err();
        assert_eq!((error.cause.as_str(), error.kind), (told, Kind::CouldNotTry), "{error}");
        assert!(!error.remedy.is_empty() || told == "not found", "{error}");
    }
    let error = connect(&format!("tls://127.0.0.1:1?ca={}", files.path("none.pem"))).unwrap_err();
    assert_eq!(error.cause, "not found");
}

#[test]
fn a_server_without_tls_is_known_by_its_answer() {
    for (answer, told) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
            "it does not speak TLS: it answered \"HTTP/1.1 400 Bad Request…\"; is it tcp:// or ws:// there, or another port?",
        ),
        (
            b"",
            "it closed the connection without an answer; does it speak TLS on that port? it may also know no such name (--sni)",
        ),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let serving = std::thread::spawn(move || {
            let mut came = listener.accept().unwrap().0;
            came.write_all(answer).unwrap();
            came.shutdown(Shutdown::Write).unwrap();
            came.read_to_end(&mut Vec::new())
        });
        let error = connect(&format!("tls://{at}")).unwrap_err();
        assert_eq!((error.what.clone(), error.kind), (format!("tls://{at}"), Kind::No));
        assert_eq!(error.why(), format!("cannot shake hands with: {told}"));
        let _ = serving.join().unwrap();
    }
}

#[test]
fn garbage_leaves_others_undisturbed() {
    let mut listener = listen("tls://127.0.0.1:0?self-signed").unwrap();
    let at = address(&*listener);
    let first = std::thread::spawn(move || connect(&format!("tls://{at}?insecure")).unwrap());
    let mut there = finish(accept(&mut *listener)).unwrap();
    let mut here = first.join().unwrap();
    for (garbage, told) in [
        (
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            "it does not speak TLS: it sent \"GET / HTTP/1.1…\"; here it must: tls:// or wss://",
        ),
        (&[0x16, 3, 1, 0, 4, 1, 0, 0xff, 0xff], "it closed the connection during the handshake"),
        (&[], "it closed the connection during the handshake"),
    ] {
        let mut bad = TcpStream::connect(at).unwrap();
        bad.write_all(garbage).unwrap();
        bad.shutdown(Shutdown::Write).unwrap();
        assert_eq!(
            finish(accept(&mut *listener)).unwrap_err().why(),
            format!("cannot shake hands with: {told}")
        );
        write(&mut *here, b"x").unwrap();
        assert_eq!(read(&mut *there, 1).unwrap(), b"x");
    }
}

/// Passes records on to `to` and back, but for alerts, which TLS 1.3 makes 19 bytes long. After what the client
/// sent comes `last`.
fn relay(to: SocketAddr, last: &'static [u8]) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let passing = std::thread::spawn(move || {
        let (client, server) = (listener.accept().unwrap().0, TcpStream::connect(to).unwrap());
        let (up, down) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        let upward = std::thread::spawn(move || pass(up, down, last));
        pass(server, client, b"");
        upward.join().unwrap();
    });
    (at, passing)
}

fn pass(mut from: TcpStream, mut to: TcpStream, last: &[u8]) {
    let mut head = [0; 5];
    while from.read_exact(&mut head).is_ok() {
        let mut body = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
        from.read_exact(&mut body).unwrap();
        if body.len() != 19 {
            to.write_all(&[&head[..], &body].concat()).unwrap();
        }
    }
    to.write_all(last).unwrap();
    let _ = to.shutdown(Shutdown::Write);
}

#[test]
fn a_cut_off_stream_gives_what_came_and_says_so() {
    let listener = listen("tls://127.0.0.1:0?self-signed").unwrap();
    let (at, passing) = relay(address(&*listener), b"");
    let serving = serve(listener, |came| {
        let mut came = came.unwrap();
        assert_eq!(read(&mut *came, 1).unwrap(), b"!");
        write(&mut *came, b"almost").unwrap();
    });
    let mut went = connect(&format!("tls://{at}?insecure")).unwrap();
    write(&mut *went, b"!").unwrap();
    serving.join().unwrap();
    let (heard, ended) = read_all(&mut *went);
    let error = ended.unwrap_err();
    assert_eq!(heard, b"almost");
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(error.to_string(), "it ended without saying so (close_notify): what came may be cut off");
    drop(went);
    passing.join().unwrap();
}

#[test]
fn forged_records_break_the_connection_after_what_came_before_them() {
    let forged: &[u8] = &[23, 3, 3, 0, 20, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7];
    let listener = listen("tls://127.0.0.1:0?self-signed").unwrap();
    let (at, passing) = relay(address(&*listener), forged);
    let serving = serve(listener, |came| {
        let mut came = came.unwrap();
        let all = read_all(&mut *came);
        drop(came);
        all
    });
    let mut went = connect(&format!("tls://{at}?insecure")).unwrap();
    write(&mut *went, b"good").unwrap();
    end(&mut *went).unwrap();
    let (heard, ended) = serving.join().unwrap();
    assert_eq!(heard, b"good");
    let error = ended.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert_eq!(error.to_string(), "a record was damaged or forged on its way");
    drop(went);
    passing.join().unwrap();
}

#[test]
fn sixty_four_mebibytes_go_both_ways_at_once() {
    let bytes = noise(64 << 20, 42);
    let listener = listen("tls://127.0.0.1:0?self-signed").unwrap();
    let at = address(&*listener);
    let there = bytes.clone();
    let serving = serve(listener, move |came| {
        let mut came = came.unwrap();
        let got = exchange(&mut *came, &there, 100_000).unwrap();
        assert!(got == there);
        end(&mut *came).unwrap();
        assert_eq!(read_all(&mut *came).0, b"");
    });
    let mut went = connect(&format!("tls://{at}?insecure")).unwrap();
    assert!(exchange(&mut *went, &bytes, 3000).unwrap() == bytes);
    end(&mut *went).unwrap();
    assert_eq!(read_all(&mut *went).0, b"");
    serving.join().unwrap();
}
