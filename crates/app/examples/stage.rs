//! A stage for the console alone: rows arrive at a rate, lines are typed, and a file tells what was typed.
//! `tests/console.rs` plays on it; by hand it is
//! `cargo run -p sockscope-cli --example stage -- /tmp/typed 1000`.
//!
//! Typed lines: `/use NAME` asks with that name, `/mark TEXT` says it as a warning, `/quit` ends. A termination
//! is told and does not end it; the second one does.

#![expect(dead_code, reason = "the stage plays a part of the console")]

/// The console's own files, as the program has them.
#[path = "../src/console"]
mod console {
    mod arguments;
    mod complete;
    mod editor;
    mod flow;
    mod gate;
    mod helper;
    mod history;
    mod lines;
    mod names;
    mod reading;
    mod said;
    mod sample;
    mod screen;
    mod seat;
    mod terminal;
    mod words;

    pub(crate) use editor::Look;
    pub(crate) use lines::{Lines, Typed};
    pub(crate) use names::Names;
    pub(crate) use reading::read;
    pub(crate) use said::Said;
    pub(crate) use seat::Console;
}

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use console::{Console, Lines, Look, Names, Said, Typed};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use signal_hook::consts::SIGTERM;
use sockscope::core::charset::Charset;

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or_else(|| io::Error::other("where to write what is typed?"))?;
    let rate = args.next().and_then(|rate| rate.parse().ok()).unwrap_or(0);
    let mut typed = OpenOptions::new().create(true).append(true).open(path)?;
    writeln!(typed, "pid {}", std::process::id())?;
    let names = Names { sessions: vec!["plc".into()], charset: Charset::GBK, ..Names::default() };
    let words = Box::new(Arc::new(Mutex::new(names)));
    let look =
        Look { words, history: "history", colour: true, urgent: false, prompt: "plc→#3 gbk> ".into() };
    let asked = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGTERM, Arc::clone(&asked))?;
    let (console, mut lines) = Console::open(look)?;
    let (start, mut shown) = (Instant::now(), 0);
    while play(&console, &mut lines, &mut typed)? {
        let due = (start.elapsed().as_secs_f64() * f64::from(rate)) as u64;
        while shown < due {
            console.screen.rows(row(shown).as_bytes())?;
            shown += 1;
        }
        if asked.swap(false, Ordering::Relaxed) {
            writeln!(typed, "asked to end")?;
        }
        let mut fds = [PollFd::new(lines.fd(), PollFlags::POLLIN)];
        let wait = if rate == 0 { PollTimeout::NONE } else { PollTimeout::from(1_u8) };
        let _ = poll(&mut fds, wait);
    }
    drop(lines);
    console.end()?;
    writeln!(typed, "rows {shown}")
}

/// Takes what was typed; whether to go on.
fn play(console: &Console, lines: &mut Lines, typed: &mut File) -> io::Result<bool> {
    while let Some(said) = lines.next() {
        let Typed::Line(line, _) = said else {
            writeln!(typed, "{said:?}")?;
            return Ok(!matches!(said, Typed::End | Typed::Broken(_)));
        };
        writeln!(typed, "Line({line:?})")?;
        match console::read(&line) {
            Ok(Said::Quit) => return Ok(false),
            Ok(Said::Use(name)) => console.prompt(&format!("{name}> ")),
            Ok(Said::Mark(text)) if text == "panic" => panic!("as was asked"),
            Ok(Said::Mark(text)) => console.screen.say(format!("!! {text}\n").as_bytes())?,
            Ok(_) => {}
            Err(problem) => console.screen.say(format!("{problem}\n").as_bytes())?,
        }
    }
    Ok(true)
}

/// A row; each fourth is a long one, which wraps.
fn row(number: u64) -> String {
    let long = if number % 4 == 3 {
        "，这一行很长，比六十列的窗口还要宽，所以会折到下一行去"
    } else {
        ""
    };
    format!("{number:06} <- 10.0.0.1:7000 温度 25 度{long}\n")
}
