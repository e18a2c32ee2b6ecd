//! Connections: bytes in bulk, and crowds of peers of which most say nothing.

use std::fs::File;
use std::io::{Read, Write, stdin, stdout};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use crate::sys::Waiter;
use crate::{Result, Words, mark, sys};

/// What one call reads or writes in bulk.
const PIECE: usize = 256 << 10;
/// Bytes of one message between busy peers.
const MESSAGE: usize = 64;

/// The floor: reads one connection to its end and throws the bytes away.
pub fn read(words: &Words) -> Result<()> {
    let (mut stream, _) = TcpListener::bind(words.text("at")?)?.accept()?;
    let mut buffer = vec![0; PIECE];
    while stream.read(&mut buffer)? > 0 {}
    Ok(())
}

/// The floor: reads a file and writes it, then waits for the other side's end.
pub fn write(words: &Words) -> Result<()> {
    let mut file = File::open(words.text("file")?)?;
    let mut stream = TcpStream::connect(words.text("to")?)?;
    let mut buffer = vec![0; PIECE];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            len => stream.write_all(&buffer[..len])?,
        }
    }
    stream.shutdown(Shutdown::Write)?;
    while stream.read(&mut buffer)? > 0 {}
    Ok(())
}

/// The floor: echoes to any number of connections from one epoll loop.
pub fn echo(words: &Words) -> Result<()> {
    let listener = TcpListener::bind(words.text("at")?)?;
    sys::backlog(&listener, 1024)?;
    listener.set_nonblocking(true)?;
    let mut waiter = Waiter::new()?;
    waiter.add(listener.as_raw_fd(), 0)?;
    let mut streams: Vec<Option<TcpStream>> = vec![None];
    let mut buffer = vec![0; PIECE];
    loop {
        for key in waiter.wait()? {
            if key == 0 {
                while let Ok((stream, _)) = listener.accept() {
                    stream.set_nodelay(true)?;
                    waiter.add(stream.as_raw_fd(), streams.len())?;
                    streams.push(Some(stream));
                }
            } else if let Some(stream) = &mut streams[key] {
                match stream.read(&mut buffer) {
                    Ok(len) if len > 0 => stream.write_all(&buffer[..len])?,
                    _ => streams[key] = None,
                }
            }
        }
    }
}

/// Opens `idle` connections and tells so; at a line of standard input opens `busy` more, which then ask and wait for
/// the answer, each by itself, for `secs`. All are held until the end.
pub fn crowd(words: &Words) -> Result<()> {
    let (to, idle, busy) = (words.text("to")?, words.get::<usize>("idle")?, words.get::<usize>("busy")?);
    let longest = Duration::from_secs_f64(words.or("secs", 1.0)?);
    let begin = Instant::now();
    let held: Vec<TcpStream> = (0..idle).map(|_| served(to)).collect::<Result<_>>()?;
    println!("{{\"opened_s\":{:.6}}}", begin.elapsed().as_secs_f64());
    stdout().flush()?;
    stdin().read_line(&mut String::new())?;
    let mut peers: Vec<TcpStream> = (0..busy).map(|_| served(to)).collect::<Result<_>>()?;
    let mut waiter = Waiter::new()?;
    let message = mark::blank(MESSAGE);
    let mut answer = [0; MESSAGE];
    for (key, peer) in peers.iter_mut().enumerate() {
        waiter.add(peer.as_raw_fd(), key)?;
        peer.write_all(&message)?;
    }
    let (mut trips, begin) = (0_u64, Instant::now());
    while begin.elapsed() < longest {
        for key in waiter.wait()? {
            peers[key].read_exact(&mut answer)?;
            if answer != *message {
                return Err("an answer is not what was asked".into());
            }
            trips += 1;
            peers[key].write_all(&message)?;
        }
    }
    println!("{{\"trips\":{trips},\"secs\":{:.6}}}", begin.elapsed().as_secs_f64());
    drop(held);
    Ok(())
}

/// A connection that the program under test has taken and answered once, so that nothing of it is still to come.
fn served(to: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(b"?")?;
    stream.read_exact(&mut [0])?;
    Ok(stream)
}
