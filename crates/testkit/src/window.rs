//! A program in a window of tmux: keys are typed, and the screen is looked at.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::program::Program;
use crate::{PATIENCE, peers};

/// A window with a program in it. Everything ends when this is dropped.
pub struct Window {
    folder: PathBuf,
}

impl Window {
    /// A window of so many columns and rows in which a shell runs `line`, then shows `over STATUS`; `folder` is
    /// for the window's own files and stands in for the home folder. `None` where there is no tmux.
    pub fn open(folder: &Path, columns: u16, rows: u16, line: &str) -> Option<Self> {
        peers::peer("tmux")?;
        let window = Self { folder: folder.to_owned() };
        std::fs::write(folder.join("conf"), "set -g history-limit 50000\n").unwrap();
        let play = format!(
            "export HOME={0} XDG_STATE_HOME={0} LC_ALL=C.UTF-8; unset NO_COLOR; {line}; echo over $?; cat",
            folder.display()
        );
        let size = [columns.to_string(), rows.to_string()];
        let mut tmux = window.command();
        tmux.args(["-u", "new-session", "-d", "-x", &size[0], "-y", &size[1], &play]);
        Program::run(&mut tmux).expect(0);
        Some(window)
    }

    /// Types text, key by key.
    pub fn types(&self, text: &str) {
        self.run(&["send-keys", "-l", text]);
    }

    /// Presses a key by its name: `Enter`, `C-d`.
    pub fn key(&self, name: &str) {
        self.run(&["send-keys", name]);
    }

    /// Types text and Enter.
    pub fn enters(&self, text: &str) {
        self.types(text);
        self.key("Enter");
    }

    /// What the screen shows; rows that wrapped are one row again.
    pub fn screen(&self) -> String {
        self.run(&["capture-pane", "-p", "-J"])
    }

    /// Looks at the screen until it has `part`, and returns it.
    #[track_caller]
    pub fn sees(&self, part: &str) -> String {
        let since = Instant::now();
        loop {
            let screen = self.screen();
            if screen.contains(part) {
                return screen;
            }
            assert!(since.elapsed() < PATIENCE, "never seen: {part}; but\n{screen}");
        }
    }

    /// Looks until `part` has been shown, though it may have scrolled off the screen since.
    #[track_caller]
    pub fn showed(&self, part: &str) {
        let since = Instant::now();
        while !self.run(&["capture-pane", "-p", "-J", "-S", "-"]).contains(part) {
            assert!(since.elapsed() < PATIENCE, "never shown: {part}; but\n{}", self.screen());
        }
    }

    fn run(&self, args: &[&str]) -> String {
        Program::run(self.command().args(args)).expect(0).text()
    }

    fn command(&self) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.arg("-S").arg(self.folder.join("tmux")).arg("-f").arg(self.folder.join("conf"));
        tmux.env_remove("TMUX");
        tmux
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.command().arg("kill-server").output();
    }
}
