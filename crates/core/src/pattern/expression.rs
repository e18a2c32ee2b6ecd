//! Regular expressions over bytes.

use regex::bytes::{Regex, RegexBuilder};
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind};

use super::Verdict;
use crate::charset::{Charset, Unmappable};
use crate::payload::{GroupKey, Groups};
use crate::problem::Problem;

/// A regular expression.
///
/// In UTF-8 it matches characters, as everywhere. In other charsets it matches bytes: `.` is a byte, `\d \w \s`
/// are those of ASCII, and a character beyond ASCII stands for its bytes in the charset.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    regex: Regex,
    /// The same as an automaton that can be walked byte by byte; it alone knows whether a match may still
    /// change.
    automaton: DFA,
}

impl Expression {
    /// Compiles `source` with `flags`, any of `imsx`.
    pub(super) fn new(source: &str, flags: &str, charset: Charset) -> Result<Self, Problem> {
        let unicode = charset == Charset::UTF_8;
        let translated = if unicode { source.to_owned() } else { in_bytes(source, charset)? };
        let has = |flag| flags.contains(flag);
        let regex = RegexBuilder::new(&translated)
            .unicode(unicode)
            .case_insensitive(has('i'))
            .multi_line(has('m'))
            .dot_matches_new_line(has('s'))
            .ignore_whitespace(has('x'))
            .build()
            .map_err(|error| refused(source, &translated, &error))?;
        let syntax = syntax::Config::new()
            .utf8(false)
            .unicode(unicode)
            .case_insensitive(has('i'))
            .multi_line(has('m'))
            .dot_matches_new_line(has('s'))
            .ignore_whitespace(has('x'));
        let config = DFA::config()
            .match_kind(MatchKind::LeftmostFirst)
            .unicode_word_boundary(true)
            .skip_cache_capacity_check(true);
        let automaton = DFA::builder()
            .syntax(syntax)
            .thompson(thompson::Config::new().utf8(false))
            .configure(config)
            .build(&translated)
            .map_err(|error| Problem::whole(source, format!("bad regular expression: {error}"), ""))?;
        Ok(Self { regex, automaton })
    }

    pub(super) fn has(&self, key: &GroupKey) -> bool {
        match key {
            GroupKey::Number(number) => *number < self.regex.captures_len(),
            GroupKey::Name(name) => self.regex.capture_names().flatten().any(|known| known == name),
        }
    }

    pub(super) fn test(&self, got: &[u8], complete: bool) -> Verdict {
        let future = if complete { Future::Settled } else { self.future(got) };
        if future == Future::Open {
            return Verdict::Partial;
        }
        let Some(captures) = self.regex.captures(got) else {
            return match future {
                Future::Dead { at } => Verdict::Mismatch { at },
                _ => Verdict::Mismatch { at: 0 },
            };
        };
        let mut groups = Groups::default();
        for (capture, name) in captures.iter().zip(self.regex.capture_names()) {
            groups.push(name, capture.map(|found| found.as_bytes()));
        }
        Verdict::Match { used: captures.get(0).map_or(0..0, |whole| whole.range()), groups }
    }

    /// What more bytes behind `got` can change.
    fn future(&self, got: &[u8]) -> Future {
        let mut cache = self.automaton.create_cache();
        // An automaton that gives up (a word boundary beside bytes beyond ASCII) knows nothing of the future.
        self.walk(got, &mut cache).unwrap_or(Future::Open)
    }

    fn walk(&self, got: &[u8], cache: &mut Cache) -> Option<Future> {
        let input = Input::new(got).anchored(Anchored::No);
        let mut state = self.automaton.start_state_forward(cache, &input).ok()?;
        let mut matched = false;
        for (at, &byte) in got.iter().enumerate() {
            state = self.step(cache, state, byte)?;
            matched |= state.is_match();
            if state.is_dead() {
                return Some(if matched { Future::Settled } else { Future::Dead { at } });
            }
        }
        self.ending(cache, state, matched)
    }

    /// What can follow `state`, the last one. Automata tell of a match one byte late, so each byte is tried,
    /// and behind a match each byte again.
    fn ending(&self, cache: &mut Cache, state: LazyStateID, matched: bool) -> Option<Future> {
        let bytes = self.one_of_each();
        let (mut dead, mut last) = (0, 0);
        for &byte in &bytes {
            let next = self.step(cache, state, byte)?;
            if next.is_dead() {
                dead += 1;
                continue;
            }
            for &byte in &bytes {
                if !next.is_match() || !self.step(cache, next, byte)?.is_dead() {
                    return Some(Future::Open);
                }
            }
            last += 1;
        }
        let settled = last == bytes.len() || (matched && dead == bytes.len());
        Some(if settled { Future::Settled } else { Future::Open })
    }

    /// One byte of each class that the automaton tells apart.
    fn one_of_each(&self) -> Vec<u8> {
        let classes = self.automaton.byte_classes();
        classes.representatives(..).filter_map(|unit| unit.as_u8()).collect()
    }

    fn step(&self, cache: &mut Cache, state: LazyStateID, byte: u8) -> Option<LazyStateID> {
        let next = self.automaton.next_state(cache, state, byte).ok()?;
        (!next.is_quit()).then_some(next)
    }
}

/// What more bytes can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Future {
    /// Nothing.
    Settled,
    /// A match may come, grow or go.
    Open,
    /// There is no match and there will be none, since the byte at `at`.
    Dead { at: usize },
}

/// The same expression with each character beyond ASCII as its bytes.
fn in_bytes(source: &str, charset: Charset) -> Result<String, Problem> {
    let mut ascii = Vec::new();
    if charset.encode("Az09", &Unmappable::Refuse, &mut ascii).is_err() || ascii != b"Az09" {
        let what = format!("re works on bytes, and {charset} writes letters in other bytes than ASCII");
        return Err(Problem::whole(source, what, "compare with text or hex"));
    }
    let mut out = String::new();
    let mut class = 0_usize;
    let mut escaped = false;
    for (at, c) in source.char_indices() {
        class = match c {
            '[' if !escaped => class + 1,
            ']' if !escaped => class.saturating_sub(1),
            _ => class,
        };
        let named = escaped;
        escaped = c == '\\' && !escaped;
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        let span = at..at + c.len_utf8();
        if class > 0 || named {
            let what = format!("{c:?} is more than one byte in {charset}, and cannot stand here");
            return Err(Problem::new(source, span, what, "write alternatives, like (?:你|好)"));
        }
        let mut bytes = Vec::new();
        charset.encode(c.encode_utf8(&mut [0; 4]), &Unmappable::Refuse, &mut bytes).map_err(|lacks| {
            Problem::new(source, span, lacks.to_string(), "leave it out, or choose another charset")
        })?;
        out.push_str("(?:");
        bytes.iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
        out.push(')');
    }
    Ok(out)
}

/// What the compiler says, on one line, with its place where the expression is as it was written.
fn refused(source: &str, translated: &str, error: &regex::Error) -> Problem {
    let told = error.to_string();
    let words = told.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(&told);
    let words = words.lines().collect::<Vec<_>>().join(" ");
    let what = format!("bad regular expression: {words}");
    let remedy = "the syntax is that of the crate regex; write \\ before a character to take it as it is";
    let carets = told.lines().find(|line| line.contains('^') && line.trim_matches([' ', '^']).is_empty());
    let place = carets.filter(|_| source == translated).and_then(|carets| {
        let from = carets.find('^')?.checked_sub(4)?;
        let offset = |n: usize| source.char_indices().nth(n).map_or(source.len(), |(at, _)| at);
        Some(offset(from)..offset(from + carets.matches('^').count()))
    });
    Problem::new(source, place.unwrap_or(0..source.len()), what, remedy)
}
