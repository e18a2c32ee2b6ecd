//! How long a program takes to start: from before it is spawned to its end, or to its first datagram.

use std::io::Write;
use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Result, Words, sys};

/// Who has sent and does not end within this time is ended.
const PATIENCE: Duration = Duration::from_millis(300);

pub fn run(words: &Words, command: &[String]) -> Result<()> {
    let (runs, byte) = (words.get::<usize>("runs")?, words.or("byte", 0)? == 1);
    let socket = UdpSocket::bind(("127.0.0.1", words.or("port", 0)?))?;
    socket.set_read_timeout(Some(Duration::from_secs(2)))?;
    let (program, args) = command.split_first().ok_or("a command is missing after --")?;
    let (mut times, mut peak, mut failed) = (Vec::new(), 0, 0);
    for turn in 0..runs + 2 {
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let begin = Instant::now();
        let mut child = command.spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // Who has ended already does not want it.
            let _ = input.write_all(b"hello\n");
        }
        let came = !byte || socket.recv(&mut [0; 64]).is_ok();
        let first = begin.elapsed();
        let patience = byte.then_some(PATIENCE);
        let rss = sys::wait(child.id(), patience)?;
        let time = if byte { first } else { begin.elapsed() };
        peak = peak.max(rss);
        failed += usize::from(!came);
        // The first two warm the caches.
        if turn >= 2 && came {
            times.push(time.as_secs_f64() * 1e3);
        }
    }
    times.sort_by(f64::total_cmp);
    let (Some(least), Some(median)) = (times.first(), times.get(times.len() / 2)) else {
        return Err("nothing came of it in any run".into());
    };
    println!("{{\"min_ms\":{least:.4},\"median_ms\":{median:.4},\"peak_kib\":{peak},\"failed\":{failed}}}");
    Ok(())
}
