//! Both sides of a connection in one test: waiting for what a transport waits for, and whole streams.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::fd::BorrowedFd;
use std::thread::JoinHandle;

use sockscope_core::batch::Batch;
use sockscope_core::endpoint::Endpoint;
use sockscope_core::facts::Facts;
use sockscope_net::error::Error;
use sockscope_net::open::{self, Addresses, Socket};
use sockscope_net::transport::{Got, Listener, Opening, Transport};
use sockscope_net::wait::{Interest, Poller};
use sockscope_testkit::PATIENCE;

/// A transport that is open.
pub(crate) type Open = Box<dyn Transport>;

/// Waits until `transport` is as wanted, or a test's patience is over.
pub(crate) fn wait(transport: &dyn Transport, interest: Interest) {
    ready(transport.fd(), interest);
}

fn ready(fd: BorrowedFd<'_>, interest: Interest) {
    let (mut poller, mut ready) = (Poller::new().unwrap(), Vec::new());
    poller.add(fd, 0, interest).unwrap();
    poller.wait(Some(PATIENCE), &mut ready).unwrap();
    assert!(!ready.is_empty(), "nothing came");
}

/// Listens at an endpoint.
pub(crate) fn listen(endpoint: &str) -> Result<Box<dyn Listener>, Error> {
    match open::listen(&Endpoint::parse(endpoint).unwrap())?.remove(0).socket {
        Socket::Accepts(listener) => Ok(listener),
        Socket::Hears(_) => panic!("{endpoint} has no connections"),
    }
}

/// Where it listens.
pub(crate) fn address(listener: &dyn Listener) -> SocketAddr {
    listener.local().unwrap().inet().unwrap()
}

/// The next who comes, whose handshake has still to be made.
pub(crate) fn accept(listener: &mut dyn Listener) -> Open {
    loop {
        match listener.accept() {
            Ok(transport) => return transport,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                ready(listener.fd(), Interest::READ);
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Opens it to the end.
pub(crate) fn finish(mut transport: Open) -> Result<Open, Error> {
    loop {
        match transport.open()? {
            Opening::Done => return Ok(transport),
            Opening::Connecting(interest) | Opening::Shaking(interest) => wait(&*transport, interest),
            Opening::Found(_) => panic!("{transport:?} is no lookup"),
        }
    }
}

/// Connects to an endpoint.
pub(crate) fn connect(endpoint: &str) -> Result<Open, Error> {
    let endpoint = Endpoint::parse(endpoint).unwrap();
    let addresses = match open::addresses(&endpoint)? {
        Addresses::Known(addresses) => addresses,
        Addresses::Asked(mut lookup) => loop {
            match lookup.open()? {
                Opening::Found(addresses) => break addresses,
                Opening::Connecting(interest) => wait(&lookup, interest),
                other => panic!("{other:?}"),
            }
        },
    };
    finish(open::toward(&endpoint, addresses[0], false)?)
}

/// Accepts one connection in a thread of its own and does `then` with it.
pub(crate) fn serve<T: Send + 'static>(
    mut listener: Box<dyn Listener>,
    then: impl FnOnce(Result<Open, Error>) -> T + Send + 'static,
) -> JoinHandle<T> {
    std::thread::spawn(move || {
        let came = accept(&mut *listener);
        then(finish(came))
    })
}

/// Receives once; `None` at the end. The batch is left as it was received.
pub(crate) fn receive(transport: &mut dyn Transport, batch: &mut Batch) -> io::Result<Option<()>> {
    loop {
        match transport.receive(batch, 64) {
            Ok(Got::Messages) => return Ok(Some(())),
            Ok(Got::End) => return Ok(None),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let sent = transport.flush()?;
                wait(transport, if sent { Interest::READ } else { Interest::BOTH });
            }
            Err(error) => return Err(error),
        }
    }
}

/// Receives until there are so many bytes.
pub(crate) fn read(transport: &mut dyn Transport, len: usize) -> io::Result<Vec<u8>> {
    let mut batch = Batch::with_slots(1, 64 << 10);
    let mut all = Vec::new();
    while all.len() < len {
        receive(transport, &mut batch)?.ok_or(ErrorKind::UnexpectedEof)?;
        batch.iter().for_each(|message| all.extend_from_slice(message.bytes));
    }
    Ok(all)
}

/// Receives to the end. What came before an error comes with it.
pub(crate) fn read_all(transport: &mut dyn Transport) -> (Vec<u8>, io::Result<()>) {
    let mut batch = Batch::with_slots(1, 1 << 20);
    let mut all = Vec::new();
    loop {
        match receive(transport, &mut batch) {
            Ok(Some(())) => batch.iter().for_each(|message| all.extend_from_slice(message.bytes)),
            Ok(None) => return (all, Ok(())),
            Err(error) => return (all, Err(error)),
        }
    }
}

/// Sends one message wholly.
pub(crate) fn write(transport: &mut dyn Transport, bytes: &[u8]) -> io::Result<()> {
    let mut batch = Batch::new();
    batch.push(bytes, Facts::default());
    let mut gone = 0;
    loop {
        match transport.send(&batch, 0..1, gone) {
            Ok(sent) if sent.messages == 1 => break,
            Ok(sent) => gone = sent.bytes,
            Err(error) if error.kind() == ErrorKind::WouldBlock => wait(transport, Interest::WRITE),
            Err(error) => return Err(error),
        }
    }
    flush(transport)
}

/// Sends all that is held.
pub(crate) fn flush(transport: &mut dyn Transport) -> io::Result<()> {
    while !transport.flush()? {
        wait(transport, Interest::WRITE);
    }
    Ok(())
}

/// Ends the sending half.
pub(crate) fn end(transport: &mut dyn Transport) -> io::Result<()> {
    transport.end()?;
    flush(transport)
}

/// Sends `bytes` in messages of `piece` bytes while receiving as many; returns what was received.
pub(crate) fn exchange(transport: &mut dyn Transport, bytes: &[u8], piece: usize) -> io::Result<Vec<u8>> {
    let mut out = Batch::new();
    bytes.chunks(piece).for_each(|chunk| out.push(chunk, Facts::default()));
    let mut heard = Batch::with_slots(4, 64 << 10);
    let (mut next, mut gone, mut all) = (0, 0, Vec::with_capacity(bytes.len()));
    let mut done = false;
    while next < out.len() || !done || all.len() < bytes.len() {
        let mut stuck = true;
        // A message longer than a slot took the place of the slots.
        if heard.slots() == 0 {
            heard = Batch::with_slots(4, 64 << 10);
        }
        if next < out.len() {
            match transport.send(&out, next..out.len(), gone) {
                Ok(sent) => {
                    (next, gone, stuck) = (next + sent.messages, sent.bytes, false);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        if all.len() < bytes.len() {
            match transport.receive(&mut heard, 4) {
                Ok(Got::Messages) => {
                    heard.iter().for_each(|message| all.extend_from_slice(message.bytes));
                    stuck = false;
                }
                Ok(Got::End) => return Err(ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        done = transport.flush()?;
        if stuck && !(done && next == out.len() && all.len() == bytes.len()) {
            wait(transport, if done && next == out.len() { Interest::READ } else { Interest::BOTH });
        }
    }
    Ok(all)
}

/// Bytes that look random and are the same each time.
pub(crate) fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..len.div_ceil(8)).flat_map(|_| next().to_le_bytes()).take(len).collect()
}
