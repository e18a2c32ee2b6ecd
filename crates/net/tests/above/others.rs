//! Other people's TLS and WebSocket: OpenSSL's programs, Python's `ssl` and `websockets`, both ways.

use sockscope_core::batch::Batch;
use sockscope_core::facts::Facts;
use sockscope_net::transport::Transport;
use sockscope_testkit::peers;
use sockscope_testkit::program::Program;

use crate::both::{
    Open, address, connect, end, exchange, flush, listen, noise, read, read_all, receive, serve, write,
};
use crate::made::Files;

fn openssl(args: &[&str], files: &Files) -> Option<Program> {
    let mut command = peers::command("openssl", args)?;
    Some(Program::start(command.current_dir(files.folder())))
}

/// Python with a script, from the folder of its own that has `websockets`, or nothing after telling so.
fn python(script: &str, args: &[&str], files: &Files) -> Option<Program> {
    let mut command = peers::python_with("websockets", &[&["-c", script], args].concat())?;
    Some(Program::start(command.current_dir(files.folder())))
}

/// The port in a line that ends with it.
fn port(line: &str) -> u16 {
    line.trim().rsplit(':').next().unwrap().parse().unwrap_or_else(|_| panic!("no port in {line:?}"))
}

#[test]
fn openssl_serves() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    for (version, told) in [("-tls1_3", "TLS 1.3"), ("-tls1_2", "TLS 1.2")] {
        // With a client certificate, and what it gets comes back reversed, line by line.
        let args = [
            "s_server",
            "-accept",
            "127.0.0.1:0",
            "-cert",
            "server.pem",
            "-CAfile",
            "ca.pem",
            "-Verify",
            "1",
            "-verify_return_error",
            "-rev",
            version,
        ];
        let Some(server) = openssl(&args, &files) else { return };
        let at = format!("tls://127.0.0.1:{}", port(&server.shows("ACCEPT")));
        let mut went = connect(&format!("{at}?ca={ca}&cert={}", files.path("client.pem"))).unwrap();
        let tls = went.connection().unwrap().tls.clone().unwrap();
        assert_eq!((tls.version.as_str(), tls.verified), (told, Some(true)));
        write(&mut *went, b"abc\n").unwrap();
        assert_eq!(read(&mut *went, 4).unwrap(), b"cba\n");
        end(&mut *went).unwrap();
    }
}

#[test]
fn openssl_refuses_clients_without_certificate() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    let args = |version| {
        [
            "s_server",
            "-accept",
            "127.0.0.1:0",
            "-cert",
            "server.pem",
            "-CAfile",
            "ca.pem",
            "-Verify",
            "1",
            "-verify_return_error",
            version,
        ]
    };
    let Some(server) = openssl(&args("-tls1_3"), &files) else { return };
    let mut went = connect(&format!("tls://127.0.0.1:{}?ca={ca}", port(&server.shows("ACCEPT")))).unwrap();
    let why = read_all(&mut *went).1.unwrap_err().to_string();
    assert_eq!(why, "it refused: it wants a client certificate; give one with --cert and --key");
    let Some(server) = openssl(&args("-tls1_2"), &files) else { return };
    let error = connect(&format!("tls://127.0.0.1:{}?ca={ca}", port(&server.shows("ACCEPT")))).unwrap_err();
    let why = error.why();
    assert!(why.ends_with("it may want a client certificate (--cert and --key)"), "{why}");
}

#[test]
fn openssl_without_a_common_version() {
    let files = Files::new();
    let args = [
        "s_server",
        "-accept",
        "127.0.0.1:0",
        "-cert",
        "server.pem",
        "-tls1_1",
        "-cipher",
        "ALL:@SECLEVEL=0",
    ];
    let Some(server) = openssl(&args, &files) else { return };
    let error = connect(&format!("tls://127.0.0.1:{}?insecure", port(&server.shows("ACCEPT")))).unwrap_err();
    assert_eq!(
        error.why(),
        "cannot shake hands with: it refused: there is no common version; both sides need TLS 1.2 or 1.3"
    );
}

#[test]
fn openssl_asks() {
    let files = Files::new();
    let (pem, ca) = (files.path("server.pem"), files.path("ca.pem"));
    for (version, told) in [("-tls1_3", "TLS 1.3"), ("-tls1_2", "TLS 1.2")] {
        let listener = listen(&format!("tls://127.0.0.1:0?cert={pem}&client-ca={ca}&alpn=x")).unwrap();
        let at = address(&*listener).to_string();
        let serving = serve(listener, |came| {
            let mut came = came.unwrap();
            // s_client does not end its half before it ends.
            write(&mut *came, b"hello\n").unwrap();
            let heard = read(&mut *came, 4).unwrap();
            end(&mut *came).unwrap();
            (heard, came.connection().unwrap().tls.clone().unwrap())
        });
        let args = [
            "s_client",
            "-connect",
            &at,
            "-cert",
            "client.pem",
            "-CAfile",
            "ca.pem",
            "-verify_return_error",
            "-servername",
            "localhost",
            "-alpn",
            "x",
            version,
        ];
        let Some(mut client) = openssl(&args, &files) else { return };
        client.shows("hello");
        client.write(b"you\n");
        let (heard, tls) = serving.join().unwrap();
        assert_eq!(heard, b"you\n");
        assert_eq!(
            (tls.version.as_str(), tls.alpn.as_deref(), tls.sni.as_deref()),
            (told, Some("x"), Some("localhost"))
        );
        assert_eq!((tls.verified, &tls.certificate.unwrap().names[0][..]), (Some(true), "client.example"));
        client.finish().expect(0);
    }
}

/// Python's own TLS 1.3, with both halves ended by themselves: it hears to the end before it answers.
const PYTHON_SERVES: &str = "
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('server.pem')
listener = socket.create_server(('127.0.0.1', 0))
print('at:%d' % listener.getsockname()[1])
came, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
tls = context.wrap_bio(came, outgoing, server_side=True)
wire = listener.accept()[0]
def pump(do):
    while True:
        try:
            result = do()
            wire.sendall(outgoing.read())
            return result
        except ssl.SSLWantReadError:
            wire.sendall(outgoing.read())
            came.write(wire.recv(65536))
        except ssl.SSLZeroReturnError:
            return b''
pump(tls.do_handshake)
heard = b''
while True:
    some = pump(lambda: tls.read(65536))
    if not some: break
    heard += some
tls.write(heard[::-1])
wire.sendall(outgoing.read())
try: tls.unwrap()
except ssl.SSLError: pass
wire.sendall(outgoing.read())
wire.close()
";

#[test]
fn python_answers_after_our_half_has_ended() {
    let files = Files::new();
    let Some(server) = python(PYTHON_SERVES, &[], &files) else { return };
    let at = port(&server.shows("at:"));
    let mut went = connect(&format!("tls://127.0.0.1:{at}?ca={}", files.path("ca.pem"))).unwrap();
    let bytes = noise(1 << 20, 3);
    write(&mut *went, &bytes).unwrap();
    end(&mut *went).unwrap();
    let (heard, ended) = read_all(&mut *went);
    ended.unwrap();
    assert!(heard.iter().eq(bytes.iter().rev()));
}

const PYTHON_ASKS: &str = "
import socket, ssl, sys
context = ssl.create_default_context(cafile='ca.pem')
with context.wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1]))), server_hostname='localhost') as tls:
    tls.sendall('你好'.encode())
    print(tls.version(), tls.recv(100).decode())
    tls.unwrap()
";

#[test]
fn python_asks() {
    let files = Files::new();
    let listener = listen(&format!("tls://127.0.0.1:0?cert={}", files.path("server.pem"))).unwrap();
    let at = address(&*listener).port().to_string();
    let serving = serve(listener, |came| {
        let mut came = came.unwrap();
        let heard = read(&mut *came, 6).unwrap();
        write(&mut *came, &heard).unwrap();
        let rest = read_all(&mut *came);
        end(&mut *came).unwrap();
        rest.1
    });
    let Some(client) = python(PYTHON_ASKS, &[&at], &files) else { return };
    assert_eq!(client.finish().expect(0).text(), "TLSv1.3 你好\n");
    serving.join().unwrap().unwrap();
}

/// Echoes in the same kind; `!` as the first of a message makes it close with a code.
const WEBSOCKETS_SERVES: &str = "
import ssl, sys
from websockets.sync.server import serve
context = None
if sys.argv[1] == 'wss':
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain('server.pem')
def talk(peer):
    for message in peer:
        if message == '!':
            peer.close(4001, 'as asked')
        else:
            peer.send(message)
with serve(talk, '127.0.0.1', 0, ssl=context, subprotocols=['b'], max_size=None) as server:
    print('at:%d' % server.socket.getsockname()[1])
    server.serve_forever()
";

/// Sends messages, and receives as many: each with whether it is text.
fn echoed(transport: &mut dyn Transport, messages: &[&[u8]]) -> Vec<(Vec<u8>, Option<bool>)> {
    let mut batch = Batch::new();
    messages.iter().for_each(|message| batch.push(message, Facts::default()));
    assert_eq!(transport.send(&batch, 0..messages.len(), 0).unwrap().messages, messages.len());
    flush(transport).unwrap();
    let mut all = Vec::new();
    while all.len() < messages.len() {
        let mut batch = Batch::with_slots(8, 100);
        receive(transport, &mut batch).unwrap().unwrap();
        all.extend(batch.iter().map(|message| (message.bytes.to_vec(), message.facts.text)));
    }
    all
}

#[test]
fn websockets_serves() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    for scheme in ["ws", "wss"] {
        let Some(server) = python(WEBSOCKETS_SERVES, &[scheme], &files) else { return };
        let trust = if scheme == "wss" { format!("&ca={ca}") } else { String::new() };
        let endpoint =
            format!("{scheme}://127.0.0.1:{}/x?protocol=a&protocol=b{trust}", port(&server.shows("at:")));
        let mut went = connect(&endpoint).unwrap();
        assert_eq!(went.connection().unwrap().subprotocol.as_deref(), Some("b"));
        let long = noise(300_000, 5);
        let got = echoed(&mut *went, &["你好".as_bytes(), b"", b"\0\xff", &long]);
        let kinds: Vec<_> = got.iter().map(|(bytes, text)| (bytes.len(), *text)).collect();
        assert_eq!(kinds, [(6, Some(true)), (0, Some(true)), (2, Some(false)), (300_000, Some(false))]);
        assert!(got[3].0 == long);
        let bytes = noise(4 << 20, 9);
        assert!(exchange(&mut *went, &bytes, 5000).unwrap() == bytes);
        end(&mut *went).unwrap();
        read_all(&mut *went).1.unwrap();
        let mut went = connect(&endpoint).unwrap();
        write(&mut *went, b"!").unwrap();
        assert_eq!(read_all(&mut *went).1.unwrap_err().to_string(), "it closed with code 4001: \"as asked\"");
    }
}

const WEBSOCKETS_ASKS: &str = "
import ssl, sys
from websockets.sync.client import connect
context = ssl.create_default_context(cafile='ca.pem') if sys.argv[1].startswith('wss') else None
with connect(sys.argv[1], ssl=context, subprotocols=['b'], proxy=None) as server:
    pong = server.ping('here?')
    for message in ['你好', b'\\x00\\xff', 'x' * 200000, '']:
        server.send(message)
        assert server.recv() == message, message
    assert pong.wait(30)
    server.send('last')
    print(server.subprotocol, server.recv())
    try:
        server.recv()
    except Exception as error:
        print(error.rcvd.code)
";

/// Sends every message back as it came, until it gets `last`, and closes after that one.
fn echo(mut came: Open) {
    loop {
        let mut batch = Batch::with_slots(4, 1000);
        receive(&mut *came, &mut batch).unwrap().unwrap();
        for index in 0..batch.len() {
            *batch.facts_mut(index) = batch.facts_mut(index).answered();
        }
        assert_eq!(came.send(&batch, 0..batch.len(), 0).unwrap().messages, batch.len());
        flush(&mut *came).unwrap();
        if batch.iter().any(|message| message.bytes == b"last") {
            end(&mut *came).unwrap();
            return read_all(&mut *came).1.unwrap();
        }
    }
}

#[test]
fn websockets_asks() {
    let files = Files::new();
    for (scheme, options) in [("ws", String::new()), ("wss", format!("&cert={}", files.path("server.pem")))] {
        let listener = listen(&format!("{scheme}://127.0.0.1:0/feed?protocol=b{options}")).unwrap();
        let at = format!("{scheme}://localhost:{}/feed", address(&*listener).port());
        let serving = serve(listener, |came| echo(came.unwrap()));
        let Some(client) = python(WEBSOCKETS_ASKS, &[&at], &files) else { return };
        assert_eq!(client.finish().expect(0).text(), "b last\n1000\n");
        serving.join().unwrap();
    }
}
