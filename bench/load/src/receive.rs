//! The floor of receiving: batches from the kernel into one buffer, and that to standard output.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::net::UdpSocket;
use std::os::fd::AsFd;
use std::time::Duration;

use crate::{Result, Words, sys};

/// Bytes that are written at once.
const FULL: usize = 256 << 10;

pub fn run(words: &Words) -> Result<()> {
    let facts = words.or("facts", 0)? == 1;
    let socket = UdpSocket::bind(words.text("at")?)?;
    sys::large_buffer(&socket, false)?;
    socket.set_read_timeout(Some(Duration::from_millis(5)))?;
    if facts {
        sys::want_facts(&socket)?;
    }
    let mut stdout = File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
    let mut receiver = sys::Receiver::new(65_536);
    let mut out = Vec::with_capacity(2 * FULL);
    loop {
        let got = receiver.take(&socket, facts, |payload, known| {
            if facts {
                out.extend_from_slice(&known.nanos.to_le_bytes());
                out.extend_from_slice(&known.port.to_le_bytes());
                let rest = [known.address, known.local, known.interface, known.ttl, known.drops];
                out.extend(rest.iter().flat_map(|word| word.to_le_bytes()));
                out.extend_from_slice(&(payload.len() as u32).to_le_bytes());
            }
            out.extend_from_slice(payload);
        });
        match got {
            Ok(_) if out.len() < FULL => {}
            Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error.into()),
            _ => {
                stdout.write_all(&out)?;
                out.clear();
            }
        }
    }
}
