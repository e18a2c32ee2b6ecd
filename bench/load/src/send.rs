//! The floors of sending: the pieces of a file, in batches or as trains.

use std::net::UdpSocket;

use crate::{Result, Words, sys};

pub fn run(words: &Words) -> Result<()> {
    let file = std::fs::read(words.text("file")?)?;
    let size = words.get::<usize>("size")?;
    let socket = UdpSocket::bind(("127.0.0.1", 0))?;
    socket.connect(words.text("to")?)?;
    if words.or("gso", 0)? == 1 {
        sys::segment(&socket, size)?;
        let train = (sys::LONGEST / size).clamp(1, sys::BATCH) * size;
        return Ok(file.chunks(train).try_for_each(|train| socket.send(train).map(drop))?);
    }
    let pieces: Vec<&[u8]> = file.chunks(size).collect();
    let mut sent = 0;
    while sent < pieces.len() {
        sent += sys::send_all(&socket, &pieces[sent..])?;
    }
    Ok(())
}
