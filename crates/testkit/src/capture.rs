//! What a program writes, read as it comes by a thread of its own.

use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crate::PATIENCE;

/// No test reads more than this: a program that writes on and on shall not fill the memory.
const MOST: usize = 64 << 20;

/// Everything one stream of a program has written so far.
pub(crate) struct Capture {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    ended: bool,
}

impl Capture {
    pub(crate) fn new(mut from: impl Read + Send + 'static) -> Self {
        let shared = Arc::<Shared>::default();
        let theirs = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            let mut chunk = vec![0; 64 << 10];
            loop {
                let got = from.read(&mut chunk);
                let mut state = theirs.state.lock().unwrap();
                match got {
                    // A terminal whose other end is closed says EIO.
                    Ok(0) | Err(_) if !is_interrupted(&got) => state.ended = true,
                    Ok(len) => state.bytes.extend_from_slice(&chunk[..len]),
                    Err(_) => {}
                }
                state.ended |= state.bytes.len() > MOST;
                theirs.news.notify_all();
                if state.ended {
                    return;
                }
            }
        });
        Self { shared, thread: Some(thread) }
    }

    /// The first whole line that `wanted` likes, or everything written if none came in time.
    pub(crate) fn line(&self, wanted: impl Fn(&str) -> bool) -> Result<String, String> {
        self.until_text(|text, ended| {
            let whole = if ended { text.len() } else { text.rfind('\n').map_or(0, |at| at + 1) };
            text[..whole].lines().find(|line| wanted(line)).map(str::to_owned)
        })
    }

    /// Waits until the text so far contains `wanted`.
    pub(crate) fn text(&self, wanted: &str) -> Result<(), String> {
        self.until_text(|text, _| text.contains(wanted).then_some(()))
    }

    /// Waits until there are `len` bytes, and returns all.
    pub(crate) fn bytes(&self, len: usize) -> Result<Vec<u8>, Vec<u8>> {
        self.until(|bytes, _| (bytes.len() >= len).then(|| bytes.to_vec()))
    }

    fn until_text<T>(&self, found: impl Fn(&str, bool) -> Option<T>) -> Result<T, String> {
        let result = self.until(|bytes, ended| found(&String::from_utf8_lossy(bytes), ended));
        result.map_err(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn until<T>(&self, found: impl Fn(&[u8], bool) -> Option<T>) -> Result<T, Vec<u8>> {
        let end = Instant::now() + PATIENCE;
        let mut state = self.shared.state.lock().unwrap();
        loop {
            if let Some(found) = found(&state.bytes, state.ended) {
                return Ok(found);
            }
            let left = end.saturating_duration_since(Instant::now());
            if state.ended || left.is_zero() {
                return Err(state.bytes.clone());
            }
            state = self.shared.news.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Everything, once the stream has ended.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
        std::mem::take(&mut self.shared.state.lock().unwrap().bytes)
    }

    /// Waits until the stream ends.
    pub(crate) fn ended(&self) -> Result<(), &'static str> {
        let state = self.shared.state.lock().unwrap();
        let (state, _) = self.shared.news.wait_timeout_while(state, PATIENCE, |state| !state.ended).unwrap();
        match state.ended {
            true if state.bytes.len() > MOST => Err("writes without end"),
            true => Ok(()),
            false => Err("does not end"),
        }
    }
}

fn is_interrupted(got: &io::Result<usize>) -> bool {
    matches!(got, Err(error) if error.kind() == io::ErrorKind::Interrupted)
}
