//! A running program: what it is told, what it says, how it ends.

use std::ffi::OsStr;
use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::capture::Capture;

/// A running program. It is killed when this is dropped before its end.
pub struct Program {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    out: Option<Capture>,
    err: Option<Capture>,
}

/// What a program that has ended left behind.
#[derive(Debug)]
pub struct Finished {
    /// Its exit status; `None` when a signal killed it.
    pub code: Option<i32>,
    /// Its standard output.
    pub out: Vec<u8>,
    /// Its standard error, as text.
    pub err: String,
}

/// Standard output longer than this is not shown where a test fails.
const SHOWN: usize = 64 << 10;

impl Finished {
    /// Its standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// The same, once it is certain that it ended with this exit status.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        let out = if self.out.len() > SHOWN { format!("{} bytes", self.out.len()) } else { self.text() };
        assert_eq!(self.code, Some(code), "\nout: {out}\nerr: {}", self.err);
        self
    }
}

impl Program {
    /// Starts a program with pipes for all three streams.
    pub fn start(command: &mut Command) -> Self {
        let (mut program, out) = Self::start_unread(command);
        program.out = Some(Capture::new(out));
        program
    }

    /// Starts a program whose standard output the test reads itself.
    pub fn start_unread(command: &mut Command) -> (Self, ChildStdout) {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut program = Self::spawn(command);
        let out = program.child.stdout.take().unwrap();
        (program, out)
    }

    /// Starts a program with this standard input, and pipes for the others.
    pub fn start_with(command: &mut Command, input: Stdio) -> Self {
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut program = Self::spawn(command);
        program.out = program.child.stdout.take().map(Capture::new);
        program
    }

    /// Starts a program whose standard output is the other end of `screen`.
    pub(crate) fn start_on(command: &mut Command, output: Stdio, screen: impl Read + Send + 'static) -> Self {
        command.stdin(Stdio::null()).stdout(output).stderr(Stdio::piped());
        let mut program = Self::spawn(command);
        // The command still holds the program's end of the terminal, which would never close.
        command.stdout(Stdio::null());
        program.out = Some(Capture::new(screen));
        program
    }

    fn spawn(command: &mut Command) -> Self {
        let name = format!("{command:?}");
        let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let input = child.stdin.take();
        let err = child.stderr.take().map(Capture::new);
        Self { name, child, input, out: None, err }
    }

    /// Runs a program to its end, with nothing to read.
    pub fn run(command: &mut Command) -> Finished {
        Self::start(command).finish()
    }

    /// Runs a program to its end, with `input` to read, as far as it reads.
    pub fn fed(command: &mut Command, input: &[u8]) -> Finished {
        let mut program = Self::start(command);
        match program.put(input) {
            // It ended before it had read all, as it may; how it ended is for the caller to judge.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
            written => written.unwrap(),
        }
        program.finish()
    }

    /// Writes to its standard input.
    pub fn write(&mut self, bytes: &[u8]) {
        self.put(bytes).unwrap();
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.input.as_mut().unwrap().write_all(bytes)
    }

    /// Ends its standard input.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Its process number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line with `part` on its standard error.
    #[track_caller]
    pub fn says(&self, part: &str) -> String {
        let line = self.err.as_ref().unwrap().line(|line| line.contains(part));
        line.unwrap_or_else(|all| panic!("{} did not say {part:?}, but:\n{all}", self.name))
    }

    /// Waits for a line with `part` on its standard output.
    #[track_caller]
    pub fn shows(&self, part: &str) -> String {
        let line = self.out.as_ref().unwrap().line(|line| line.contains(part));
        line.unwrap_or_else(|all| panic!("{} did not show {part:?}, but:\n{all}", self.name))
    }

    /// Waits for `part` on its standard error, perhaps in a line that has not ended yet.
    #[track_caller]
    pub fn prompts(&self, part: &str) {
        let found = self.err.as_ref().unwrap().text(part);
        found.unwrap_or_else(|all| panic!("{} did not say {part:?}, but:\n{all}", self.name));
    }

    /// Waits for `len` bytes on its standard output, and returns all that are there.
    #[track_caller]
    pub fn holds(&self, len: usize) -> Vec<u8> {
        let found = self.out.as_ref().unwrap().bytes(len);
        found.unwrap_or_else(|all| panic!("{} wrote only {} bytes", self.name, all.len()))
    }

    /// The port of the address that it says it is bound to, once it says so: `listening on udp://…:PORT`.
    #[track_caller]
    pub fn port(&self) -> u16 {
        let line = self.says("ing on ");
        let digits = line.rsplit(':').next().unwrap();
        digits.parse().unwrap_or_else(|_| panic!("no port in {line:?}"))
    }

    /// Asks it to end with Ctrl-C's signal.
    pub fn interrupt(&self) {
        self.signal(Signal::SIGINT);
    }

    /// Asks it to end as `kill` does.
    pub fn terminate(&self) {
        self.signal(Signal::SIGTERM);
    }

    /// Stops it where it is until [`Program::resume`]: it reads nothing meanwhile.
    pub fn pause(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    /// Ends its standard input and waits for it to end.
    #[track_caller]
    pub fn finish(mut self) -> Finished {
        self.close_input();
        let status = self.ended();
        let out = self.out.take().map(Capture::finish).unwrap_or_default();
        let err = self.err.take().map(Capture::finish).unwrap_or_default();
        Finished { code: status.code(), out, err: String::from_utf8_lossy(&err).into_owned() }
    }

    /// Its streams end when it does, so that waiting for them takes no time of the others'.
    #[track_caller]
    fn ended(&mut self) -> ExitStatus {
        for stream in [&self.err, &self.out].into_iter().flatten() {
            if let Err(why) = stream.ended() {
                panic!("{} {why}", self.name);
            }
        }
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command with arguments.
pub fn command(program: impl AsRef<OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args);
    command
}
