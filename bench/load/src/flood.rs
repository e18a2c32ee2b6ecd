//! Numbered messages, as fast as it goes or paced.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use crate::{Result, Words, mark, sys};

/// With a rate: most time between two calls. Shorter is more even, and dearer for the sender.
const BEAT: f64 = 50e-6;

pub fn run(words: &Words) -> Result<()> {
    let (size, secs) = (words.get::<usize>("size")?, words.get::<f64>("secs")?);
    let (rate, gso) = (words.or("rate", 0.0)?, words.or("gso", 0)? == 1);
    let most = words.or("count", 20_000_000_u64)?;
    let socket = UdpSocket::bind(("127.0.0.1", 0))?;
    socket.connect(words.text("to")?)?;
    if gso {
        sys::segment(&socket, size)?;
    }
    let batch = if gso { (sys::LONGEST / size).clamp(1, sys::BATCH) } else { sys::BATCH };
    let burst = if rate > 0.0 { ((rate * BEAT) as usize).clamp(1, batch) } else { batch };
    let mut buffer = mark::blank(size).repeat(burst);
    let (mut sent, mut refused) = (0_u64, 0_u64);
    let begin = Instant::now();
    let end = Duration::from_secs_f64(secs.min(30.0));
    while sent < most && begin.elapsed() < end {
        if rate > 0.0 {
            let due = Duration::from_secs_f64(sent as f64 / rate);
            while begin.elapsed() < due {
                std::hint::spin_loop();
            }
        }
        for (number, message) in (sent..).zip(buffer.chunks_mut(size)) {
            mark::number(message, number);
        }
        let result = if gso {
            socket.send(&buffer).map(|bytes| bytes / size)
        } else {
            let parts: Vec<&[u8]> = buffer.chunks(size).collect();
            sys::send_all(&socket, &parts)
        };
        match result {
            Ok(count) => sent += count as u64,
            // An ICMP error of an earlier message: this one has not been sent.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                refused += 1;
                if refused > 1000 {
                    return Err("nobody listens there".into());
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    let secs = begin.elapsed().as_secs_f64();
    println!("{{\"sent\":{sent},\"secs\":{secs:.6},\"refused\":{refused}}}");
    Ok(())
}
