//! Names of Unix-domain sockets (unix(7)).

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::sync::{LazyLock, Mutex, PoisonError};

/// The name of a Unix-domain socket: a path, an abstract name, or none.
///
/// Each distinct name is kept once for the life of the process, so that a name is as cheap to hand around as
/// an address: facts are copied a million times a second, names are few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnixName(&'static [u8]);

static NAMES: LazyLock<Mutex<HashSet<&'static [u8]>>> = LazyLock::new(Mutex::default);

impl UnixName {
    /// A socket without a name, as clients are that have not been bound.
    pub const UNNAMED: Self = Self(&[]);

    /// A name as the kernel has it: a path, or a NUL byte and an abstract name.
    pub fn new(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::UNNAMED;
        }
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(bytes) {
            return Self(known);
        }
        let kept: &'static [u8] = Box::leak(bytes.into());
        names.insert(kept);
        Self(kept)
    }

    /// A name as an endpoint has it: `/path`, or `@name` for an abstract one.
    pub fn of_path(path: &str) -> Self {
        match path.strip_prefix('@') {
            Some(name) => Self::new(&[b"\0", name.as_bytes()].concat()),
            None => Self::new(path.as_bytes()),
        }
    }

    /// Whether there is no name.
    pub fn is_unnamed(self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is in the abstract namespace, without a file.
    pub fn is_abstract(self) -> bool {
        self.0.first() == Some(&0)
    }

    /// As the kernel has it.
    pub fn bytes(self) -> &'static [u8] {
        self.0
    }
}

/// As in an endpoint, with what does not print escaped; `(unnamed)` for none.
impl fmt::Display for UnixName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, rest) = match self.0 {
            [] => return f.write_str("(unnamed)"),
            [0, rest @ ..] => ("@", rest),
            path => ("", path),
        };
        f.write_str(mark)?;
        for chunk in rest.utf8_chunks() {
            for c in chunk.valid().chars() {
                if c.is_control() { write!(f, "{}", c.escape_default())? } else { f.write_char(c)? }
            }
            chunk.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_print_as_they_are_written() {
        for text in ["/run/app.sock", "@app", "/tmp/你好"] {
            assert_eq!(UnixName::of_path(text).to_string(), text);
        }
        assert_eq!(UnixName::UNNAMED.to_string(), "(unnamed)");
        assert_eq!(UnixName::new(b"\0a\0\xff\n").to_string(), "@a\\u{0}\\xff\\n");
    }

    #[test]
    fn equal_names_are_kept_once() {
        let one = UnixName::new(b"/tmp/once");
        assert!(std::ptr::eq(one.bytes(), UnixName::of_path("/tmp/once").bytes()));
        assert!(!one.is_abstract() && UnixName::of_path("@x").is_abstract());
    }
}
