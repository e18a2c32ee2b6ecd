//! Python at either end: its `socket`, its `ssl`, and `websockets`.

use sockscope_testkit::peers;
use sockscope_testkit::program::Program;

use crate::bytes::{Bytes, MUCH};
use crate::kinds::{CUT, From, Is, Kind, kinds, place, told, whole};

/// What a script is told: kind, `listen` or `connect`, place, file to send, length and number of messages, and
/// a file with certificate and key. It writes what comes to standard output.
const ARGUMENTS: &str = "
import os, select, socket, ssl, sys, threading
kind, role, place, path, cut, count, pem = sys.argv[1:]
cut, count = int(cut), int(count)
inet = kind in ('tcp', 'tls', 'ws', 'wss')
at = (place.split(':')[0], int(place.split(':')[1])) if inet else '\\0' + place[1:] if place[0] == '@' else place
out, file = sys.stdout.buffer, open(path, 'rb')
def told(address):
    print('listening on', '%s:%d' % address if inet else place, file=sys.stderr, flush=True)
def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if role == 'listen' else ssl.PROTOCOL_TLS_CLIENT)
    if role == 'listen':
        made.load_cert_chain(pem)
    else:
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made
";

/// One thread sends, the other receives. Datagrams have no end, so that they are counted.
const SOCKETS: &str = "
family = socket.AF_INET if inet else socket.AF_UNIX
s = socket.socket(family, {'unixgram': socket.SOCK_DGRAM, 'unixpacket': socket.SOCK_SEQPACKET}.get(kind, socket.SOCK_STREAM))
gram = kind == 'unixgram'
if role == 'listen':
    s.bind(at)
    if not gram: s.listen(1)
    told(s.getsockname())
    if gram:
        first, peer = s.recvfrom(1 << 20)
        out.write(first)
        count -= 1
        s.connect(peer)
    else:
        s, _ = s.accept()
else:
    # A name of the kernel's choice: without one it could not be answered.
    if gram: s.bind('')
    s.connect(at)
def send():
    while piece := file.read(cut):
        s.sendall(piece)
    if not gram: s.shutdown(socket.SHUT_WR)
t = threading.Thread(target=send)
t.start()
while count and (got := s.recv(1 << 20)):
    out.write(got)
    if gram: count -= 1
out.flush()
t.join()
";

/// One thread does both, since OpenSSL takes no two at once. Each half is ended by itself.
const TLS: &str = "
if role == 'listen':
    s = socket.create_server(at)
    told(s.getsockname())
    wire = s.accept()[0]
else:
    wire = socket.create_connection(at)
came, going = ssl.MemoryBIO(), ssl.MemoryBIO()
tls = context().wrap_bio(came, going, server_side=role == 'listen')
wire.setblocking(False)
def unless_waiting(do):
    try: return do()
    except ssl.SSLWantReadError: return None
    except ssl.SSLZeroReturnError: return b''
shaken, said_all, heard_all, held = False, False, False, b''
while held or not (said_all and heard_all):
    shaken = shaken or unless_waiting(lambda: tls.do_handshake() or True)
    while shaken and not heard_all and (got := unless_waiting(lambda: tls.read(1 << 18))) is not None:
        out.write(got)
        heard_all = not got
    if shaken and not held and not said_all:
        if piece := file.read(1 << 18):
            tls.write(piece)
        else:
            # Only now that nothing is left to be read: else that is an error of unwrap's.
            said_all = True
            unless_waiting(tls.unwrap)
    held = held or going.read()
    if heard_all and said_all and not held: break
    can_read, can_write, _ = select.select([] if heard_all else [wire], [wire] if held or (shaken and not said_all) else [], [])
    if can_read:
        got = wire.recv(1 << 18)
        came.write(got) if got else came.write_eof()
    if can_write and held:
        held = held[wire.send(held):]
out.flush()
";

/// Whoever has all messages and has sent all of its own closes; here that is left to the other side.
const WEBSOCKETS: &str = "
from websockets.sync.client import connect
from websockets.sync.server import serve
def talk(peer):
    def send():
        while piece := file.read(cut):
            peer.send(piece)
    t = threading.Thread(target=send)
    t.start()
    for message in peer:
        out.write(message)
    t.join()
    out.flush()
    if role == 'listen': threading.Thread(target=server.shutdown).start()
options = dict(max_size=None, compression=None, ssl=context() if kind == 'wss' else None)
if role == 'listen':
    with serve(talk, *at, **options) as server:
        told(server.socket.getsockname())
        server.serve_forever()
else:
    with connect(f'{kind}://{place}', proxy=None, **options) as peer:
        talk(peer)
";

/// Python with the script for a kind, or nothing after telling that it is skipped.
fn python(kind: &Kind, role: &str, place: &str, file: &str, bytes: &Bytes) -> Option<Program> {
    let script = match kind.name {
        "ws" | "wss" => WEBSOCKETS,
        "tls" => TLS,
        _ => SOCKETS,
    };
    let cut = if kind.is == Is::Stream { 100_000 } else { CUT };
    let (cut, count) = (cut.to_string(), MUCH.div_ceil(cut).to_string());
    let script = format!("{ARGUMENTS}{script}");
    let pem = if role == "listen" && kind.has_tls() { bytes.pem()? } else { String::new() };
    let args = [kind.name, role, place, file, &cut, &count, &pem];
    let mut command = match kind.name {
        "ws" | "wss" => peers::python_with("websockets", &[&["-c", &script], &args[..]].concat()),
        _ => peers::python(&script, &args),
    }?;
    Some(Program::start(&mut command))
}

#[test]
fn with_python_that_connects() {
    let bytes = Bytes::new();
    for kind in kinds() {
        let listener = kind.ours("listen", &kind.endpoint(bytes.folder()), From::File(&bytes.text("down")));
        let at = told(&listener);
        let Some(theirs) = python(kind, "connect", place(&at), &bytes.text("up"), &bytes) else { continue };
        bytes.same("down", &whole(theirs).out, kind.name);
        bytes.same("up", &whole(listener).out, kind.name);
    }
}

#[test]
fn with_python_that_listens() {
    let bytes = Bytes::new();
    for kind in kinds() {
        let place =
            if kind.is_inet() { "127.0.0.1:0".to_owned() } else { kind.place(bytes.folder(), "theirs") };
        let Some(theirs) = python(kind, "listen", &place, &bytes.text("down"), &bytes) else { continue };
        let at = format!("{}://{}", kind.scheme(), told(&theirs));
        let client = kind.ours("send", &at, From::File(&bytes.text("up")));
        bytes.same("down", &whole(client).out, kind.name);
        bytes.same("up", &whole(theirs).out, kind.name);
    }
}
