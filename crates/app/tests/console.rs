//! The console as a person at a terminal has it: `examples/stage.rs` plays in a window of tmux, keys are
//! typed, and the screen is looked at.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use sockscope_testkit::program::Program;
use sockscope_testkit::{PATIENCE, peers};
use tempfile::TempDir;

/// The stage: cargo builds examples along with all tests; for these tests alone it is built here.
fn stage() -> &'static PathBuf {
    static STAGE: OnceLock<PathBuf> = OnceLock::new();
    STAGE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_BIN_EXE_sockscope")).parent().expect("a program lies in a folder");
        let stage = folder.join("examples/stage");
        if !stage.exists() {
            let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
            let args = ["build", "--quiet", "--offline", "--example", "stage", "--manifest-path", manifest];
            Program::run(Command::new(env!("CARGO")).args(args)).expect(0);
        }
        stage
    })
}

/// A window with the stage in it.
struct Window {
    folder: TempDir,
    /// What the stage tells of what was typed.
    told: Receiver<String>,
    pid: String,
}

impl Window {
    /// A window of 60 columns with so many rows a second; `None` where there is no tmux.
    fn open(rate: u32) -> Option<Self> {
        peers::peer("tmux")?;
        let folder = tempfile::tempdir().unwrap();
        let told = folder.path().join("told");
        Program::run(Command::new("mkfifo").arg(&told)).expect(0);
        let place = folder.path().display();
        let stage = stage().display();
        let play = format!(
            "exec 3>{place}/told; stty -g >{place}/before; \
             XDG_STATE_HOME={place} {stage} {place}/told {rate} 2>{place}/err 3>&-; \
             stty -g >{place}/after; echo over >&3"
        );
        std::fs::write(folder.path().join("conf"), "set -g history-limit 50000\n").unwrap();
        let mut tmux = tmux(&folder);
        tmux.args(["-u", "new-session", "-d", "-x", "60", "-y", "20", &play]);
        Program::run(&mut tmux).expect(0);
        let (tell, heard) = channel();
        thread::spawn(move || {
            let lines = BufReader::new(File::open(told).unwrap()).lines();
            lines.map_while(Result::ok).try_for_each(|line| tell.send(line))
        });
        let mut window = Self { folder, told: heard, pid: String::new() };
        window.pid = window.told().strip_prefix("pid ").expect("its number").to_owned();
        Some(window)
    }

    fn tmux(&self, args: &[&str]) -> String {
        Program::run(tmux(&self.folder).args(args)).expect(0).text()
    }

    /// Types text, key by key.
    fn types(&self, text: &str) {
        self.tmux(&["send-keys", "-l", text]);
    }

    /// Presses a key with a name.
    fn key(&self, name: &str) {
        self.tmux(&["send-keys", name]);
    }

    /// The next that the stage tells.
    fn told(&self) -> String {
        self.told.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("nothing is told: {}", self.errors()))
    }

    /// Looks at the screen until it is as wanted; rows that wrapped are one row again.
    fn sees(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let since = Instant::now();
        loop {
            let screen = self.tmux(&["capture-pane", "-p", "-J"]);
            if wanted(&screen) {
                return screen;
            }
            assert!(since.elapsed() < PATIENCE, "never seen: {what}; but\n{screen}\n{}", self.errors());
        }
    }

    fn errors(&self) -> String {
        self.read("err")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    fn signal(&self, signal: &str) {
        Program::run(Command::new("kill").args([signal, &self.pid])).expect(0);
    }

    /// Waits for the end, and checks that the terminal is as it was; what was told meanwhile.
    fn ends(self) -> Vec<String> {
        let mut told = Vec::new();
        while told.last().is_none_or(|last| last != "over") {
            told.push(self.told());
        }
        assert_ne!(self.read("before"), "");
        assert_eq!(self.read("before"), self.read("after"), "the modes of the terminal");
        told
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = tmux(&self.folder).arg("kill-server").output();
    }
}

fn tmux(folder: &TempDir) -> Command {
    let mut tmux = Command::new("tmux");
    tmux.env("LC_ALL", "C.UTF-8").env("TERM", "xterm-256color").env_remove("TMUX");
    tmux.arg("-S").arg(folder.path().join("tmux")).arg("-f").arg(folder.path().join("conf"));
    tmux
}

/// Without blanks: where a wide character did not fit at the end of a row, one was put in.
fn close(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Checks rows of the stage, blanks aside: each is whole and in its place, and where some are missing it is
/// told how many. How many are missing in all.
fn gapless(rows: &[String]) -> u64 {
    const ROW: &str = "<-10.0.0.1:7000温度25度";
    const LONG: &str = "，这一行很长，比六十列的窗口还要宽，所以会折到下一行去";
    let (mut next, mut missing) = (0, 0);
    for row in rows {
        if let Some(told) = row.strip_suffix("rowsnotshown(/filtershowsfewer,/savekeepsall)") {
            let count: u64 = told.trim_start_matches('…').parse().expect("a count");
            (next, missing) = (next + count, missing + count);
        } else {
            let long = if next % 4 == 3 { LONG } else { "" };
            assert_eq!(*row, format!("{next:06}{ROW}{long}"));
            next += 1;
        }
    }
    missing
}

#[test]
fn what_is_typed_stays_whole_while_a_thousand_rows_a_second_arrive() {
    let Some(window) = Window::open(1_000) else { return };
    // By then more came than may be shown.
    let number = |row: &str| row.get(..6).and_then(|digits| digits.parse::<u32>().ok());
    window.sees("a flood", |screen| screen.lines().filter_map(number).any(|number| number > 2_500));
    let mut line = String::new();
    for word in
        ["你好，", "世界", "这一行", "比窗口还要宽，", "所以", "会折到", "下一行", "去", "。"].repeat(2)
    {
        line.push_str(word);
        window.types(word);
        let shown = format!("plc→#3gbk>{line}");
        window.sees(&line, |screen| close(screen).contains(&shown));
    }
    window.key("Home");
    window.types("头");
    window.key("End");
    window.types("尾");
    let line = format!("头{line}尾");
    window.sees(&line, |screen| close(screen).contains(&format!("plc→#3gbk>{line}")));
    let all = window.tmux(&["capture-pane", "-p", "-J", "-S", "-"]);
    let rows: Vec<String> = all.lines().take_while(|row| !row.starts_with("plc")).map(close).collect();
    assert!(gapless(&rows) > 0 && rows.len() > 1_000, "{all}");
    window.key("Enter");
    assert_eq!(window.told(), format!("Line({line:?})"));
    window.types("/quit");
    window.key("Enter");
    assert_eq!(window.ends()[0], "Line(\"/quit\")");
}

#[test]
fn lines_typed_ahead_are_kept_and_the_prompt_changes_in_the_middle_of_one() {
    let Some(window) = Window::open(300) else { return };
    window.types("one\r二\r/use 水泵\r半句");
    for line in ["one", "二", "/use 水泵"] {
        assert_eq!(window.told(), format!("Line({line:?})"));
    }
    window.sees("the new prompt with what was typed", |screen| screen.contains("\n水泵> 半句"));
    window.types("话");
    window.key("Enter");
    assert_eq!(window.told(), "Line(\"半句话\")");
    window.types("away");
    window.sees("what will be cleared", |screen| screen.contains("\n水泵> away"));
    window.key("C-c");
    window.sees("an empty line", |screen| screen.trim_end().ends_with("\n水泵>"));
    window.key("C-c");
    assert_eq!(window.told(), "Interrupt");
    window.key("Up");
    window.sees("the last line again", |screen| screen.contains("\n水泵> 半句话"));
    window.key("C-u");
    window.types("/quit\r");
    assert_eq!(window.ends()[0], "Line(\"/quit\")");
}

#[test]
fn the_terminal_is_as_it_was_on_every_way_out() {
    type Way = (&'static str, fn(&Window));
    let ways: [Way; 5] = [
        ("ctrl-d", |window| window.key("C-d")),
        ("a panic", |window| window.types("/mark panic\r")),
        ("a hang-up", |window| window.signal("-HUP")),
        ("a quit", |window| window.signal("-QUIT")),
        ("the second termination", |window| {
            window.signal("-TERM");
            // Two that come together are one.
            assert_eq!(window.told(), "asked to end");
            window.types("going on");
            window.sees("that it goes on", |screen| screen.contains("> going on"));
            window.signal("-TERM");
        }),
    ];
    for (way, leave) in ways {
        let Some(window) = Window::open(100) else { return };
        window.types("half");
        window.sees(way, |screen| screen.contains("> half"));
        window.key("C-u");
        window.sees(way, |screen| screen.trim_end().ends_with("gbk>"));
        leave(&window);
        window.ends();
    }
}

#[test]
fn without_a_terminal_lines_are_read_as_they_come_and_no_row_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("told");
    let mut program = Program::start(Command::new(stage()).arg(&told).arg("20000"));
    program.write("你好\n/mark 到了\n/opne\n".as_bytes());
    program.shows("005000 <- ");
    program.write(b"//last");
    program.close_input();
    let text = program.finish().expect(0).text();
    let told = std::fs::read_to_string(told).unwrap();
    let said: Vec<&str> = told.lines().skip(1).collect();
    assert_eq!(
        said[..5],
        ["Line(\"你好\")", "Line(\"/mark 到了\")", "Line(\"/opne\")", "Line(\"//last\")", "End"],
        "{told}"
    );
    let rows = text.lines().filter(|line| line.contains(" <- ")).count();
    assert_eq!(said[5], format!("rows {rows}"));
    assert!(text.contains("!! 到了\n") && text.contains("unknown word /opne; did you mean /open?"), "{text}");
    assert!(!text.contains('\x1b') && !text.contains("gbk>"), "no prompt where nobody sits");
}
