//! Round trips: the one who asks, and the least that can answer.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use crate::{Result, Words, mark};

/// The floor: a blocking receive, a send.
pub fn run(words: &Words) -> Result<()> {
    let socket = UdpSocket::bind(words.text("at")?)?;
    let mut buffer = vec![0; 65_536];
    loop {
        let (len, peer) = socket.recv_from(&mut buffer)?;
        socket.send_to(&buffer[..len], peer)?;
    }
}

/// Sends a message, waits for it to come back, and so on.
pub fn pingpong(words: &Words) -> Result<()> {
    let (size, count) = (words.or("size", 64)?, words.get::<usize>("count")?);
    let longest = Duration::from_secs_f64(words.or("secs", 5.0)?);
    let mut asker = Asker::to(words.text("to")?, words.or("proto", "udp".to_owned())? == "tcp")?;
    let (mut message, mut answer) = (mark::blank(size), vec![0; 65_536]);
    let mut times = Vec::with_capacity(count);
    let (mut lost, mut row) = (0, 0);
    let begin = Instant::now();
    for number in 0.. {
        if times.len() == count || begin.elapsed() > longest || row == 5 {
            break;
        }
        mark::number(&mut message, number);
        let asked = Instant::now();
        match asker.ask(&message, &mut answer) {
            Ok(len) if mark::read(&answer[..len]) == Some(number) => {
                times.push(asked.elapsed().as_nanos() as u64);
                row = 0;
            }
            // An answer that comes after its time is not the answer to this message.
            Ok(_) => lost += 1,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::ConnectionRefused) => {
                lost += 1;
                row += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
    // What the first ones cost is the price of starting, which has a race of its own.
    let mut times = times.split_off(times.len() / 10);
    times.sort_unstable();
    let at = |part: f64| {
        let index = (times.len() as f64 * part) as usize;
        times.get(index.min(times.len().saturating_sub(1))).map_or(f64::NAN, |ns| *ns as f64 / 1e3)
    };
    let answered = times.len();
    if answered == 0 {
        return Err("no answer came".into());
    }
    let (p50, p99) = (at(0.5), at(0.99));
    println!("{{\"p50_us\":{p50:.3},\"p99_us\":{p99:.3},\"answered\":{answered},\"lost\":{lost}}}");
    Ok(())
}

/// Who asks, by datagrams or through a connection.
enum Asker {
    Udp(UdpSocket),
    Tcp(TcpStream),
}

impl Asker {
    fn to(place: &str, tcp: bool) -> io::Result<Self> {
        let patience = Some(Duration::from_millis(300));
        if tcp {
            let stream = TcpStream::connect(place)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(patience)?;
            return Ok(Self::Tcp(stream));
        }
        let socket = UdpSocket::bind(("127.0.0.1", 0))?;
        socket.connect(place)?;
        socket.set_read_timeout(patience)?;
        Ok(Self::Udp(socket))
    }

    /// Sends a message and waits for its answer, which through a connection is as long as it.
    fn ask(&mut self, message: &[u8], answer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Udp(socket) => socket.send(message).and_then(|_| socket.recv(answer)),
            Self::Tcp(stream) => {
                stream.write_all(message)?;
                stream.read_exact(&mut answer[..message.len()])?;
                Ok(message.len())
            }
        }
    }
}
