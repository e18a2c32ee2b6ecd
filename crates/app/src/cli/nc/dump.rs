//! All bytes of a session, both ways, into files: as they are, or as hex as ncat writes it.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};

use sockscope::bus::{Bus, Sink};
use sockscope::core::event::{Event, Purpose, SocketId};
use sockscope::error::Error;

#[derive(clap::Args)]
#[command(next_help_heading = "Files")]
pub(super) struct Files {
    /// Write all bytes, sent and received, to this file too
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
    /// Write them to this file as a hex dump
    #[arg(short = 'x', long, value_name = "FILE")]
    hex_dump: Option<String>,
    /// Append to these files instead of writing them anew
    #[arg(long)]
    append_output: bool,
}

impl Files {
    /// Adds the files to a bus.
    pub(super) fn bus<'a>(&self, mut bus: Bus<'a>) -> Result<Bus<'a>, Error> {
        for (path, hex) in [(&self.output, false), (&self.hex_dump, true)] {
            if let Some(path) = path {
                bus = bus.with(Copy { file: self.open(path)?, hex, programs: Vec::new() });
            }
        }
        Ok(bus)
    }

    fn open(&self, path: &str) -> Result<File, Error> {
        let mut how = OpenOptions::new();
        how.create(true).append(self.append_output).write(true).truncate(!self.append_output);
        how.open(path).map_err(|error| {
            let what = format!("cannot write {path}: {error}");
            sockscope::core::problem::Problem::whole("", what, "name a file that can be written").into()
        })
    }
}

/// A file that all bytes go to.
struct Copy {
    file: File,
    hex: bool,
    /// What programs say and hear is the same once more.
    programs: Vec<SocketId>,
}

impl Sink for Copy {
    fn event(&mut self, _seq: u64, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Opened(opened) if opened.purpose == Purpose::Run => self.programs.push(opened.socket),
            Event::Messages(messages) if !self.programs.contains(&messages.socket) => {
                for message in messages.iter() {
                    match self.hex {
                        true => self.file.write_all(dump(message.bytes).as_bytes())?,
                        false => self.file.write_all(message.bytes)?,
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn idle(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sixteen bytes a line: offset, hex in two halves, and what of it can be seen, which a space cannot.
fn dump(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 5);
    for (row, line) in bytes.chunks(16).enumerate() {
        let _ = write!(out, "{:04x}   ", row * 16);
        for at in 0..16 {
            let gap = if at == 8 { " " } else { "" };
            match line.get(at) {
                Some(byte) => drop(write!(out, "{gap}{byte:02x} ")),
                None => out.extend([gap, "   "]),
            }
        }
        out.push(' ');
        out.extend((0..16).map(|at| line.get(at).map_or(' ', printed)));
        out.push('\n');
    }
    out
}

fn printed(byte: &u8) -> char {
    if byte.is_ascii_graphic() { char::from(*byte) } else { '.' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dump_is_that_of_ncat() {
        assert_eq!(
            dump(b"abcdefghijklmno \0\xffqr"),
            "0000   61 62 63 64 65 66 67 68  69 6a 6b 6c 6d 6e 6f 20  abcdefghijklmno.\n\
             0010   00 ff 71 72                                       ..qr            \n"
        );
        assert_eq!(dump(b""), "");
    }
}
