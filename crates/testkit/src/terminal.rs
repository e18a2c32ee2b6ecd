//! A terminal for a program: what a person types reaches its standard input.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};

use nix::pty::openpty;

use crate::program::Program;

/// The keyboard of a terminal.
pub struct Keyboard(File);

impl Keyboard {
    /// Types text; a line goes to the program with its `\n`.
    pub fn types(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    /// Types Ctrl-D at the start of a line: the end of the input.
    pub fn ctrl_d(&mut self) {
        self.types("\u{4}");
    }
}

/// Starts a program whose standard input is a terminal; its output goes to pipes.
pub fn at_terminal(command: &mut Command) -> (Program, Keyboard) {
    let pty = openpty(None, None).unwrap();
    let program = Program::start_with(command, Stdio::from(pty.slave));
    (program, Keyboard(File::from(pty.master)))
}

/// Starts a program whose standard output is a terminal.
pub fn on_screen(command: &mut Command) -> Program {
    let pty = openpty(None, None).unwrap();
    Program::start_on(command, Stdio::from(pty.slave), File::from(pty.master))
}
