//! Receives as fast as it can and counts.

use std::io::{ErrorKind, Write};
use std::net::UdpSocket;
use std::time::{Duration, Instant};

use crate::mark::{self, Seen};
use crate::{Result, Words, sys};

pub fn run(words: &Words) -> Result<()> {
    let socket = UdpSocket::bind(words.text("at")?)?;
    sys::large_buffer(&socket, true)?;
    let idle = Duration::from_millis(words.or("idle", 300)?);
    let longest = Duration::from_secs_f64(words.or("secs", 20.0)?);
    let mut receiver = sys::Receiver::new(65_536);
    let (mut datagrams, mut bytes, mut messages, mut alone) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut seen = Seen::default();
    let opened = Instant::now();
    let (mut first, mut last) = (None, opened);
    println!("ready");
    std::io::stdout().flush()?;
    // Short waits before the first message, so that the time of all is kept to.
    socket.set_read_timeout(Some(Duration::from_millis(50)))?;
    while opened.elapsed() < longest {
        let got = receiver.take(&socket, false, |payload, _| {
            datagrams += 1;
            bytes += payload.len() as u64;
            let mut inside = 0;
            for at in memchr::memmem::find_iter(payload, mark::MAGIC) {
                if let Some(number) = mark::read(&payload[at..]) {
                    inside += 1;
                    seen.add(number);
                }
            }
            messages += inside;
            alone += u64::from(inside == 1 && payload.starts_with(mark::MAGIC));
        });
        match got {
            Ok(_) => {
                last = Instant::now();
                first.get_or_insert(last);
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if first.is_some() && last.elapsed() >= idle {
                    break;
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    let secs = first.map_or(0.0, |first| (last - first).as_secs_f64());
    let distinct = seen.distinct;
    println!(
        "{{\"datagrams\":{datagrams},\"bytes\":{bytes},\"messages\":{messages},\"alone\":{alone},\
         \"distinct\":{distinct},\"secs\":{secs:.6}}}"
    );
    Ok(())
}
