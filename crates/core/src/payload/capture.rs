//! What a pattern captured of a message, to be put into another one: `{group:1}`, `{group:name}`.

use std::fmt;

use super::options::{Arguments, number};
use crate::problem::Problem;

/// What a pattern captured: group 0 is everything that it matched, the others are those of an `re`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Groups {
    all: Vec<Group>,
}

/// One captured part, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    name: Option<String>,
    /// `None` where the group took no part in the match.
    bytes: Option<Vec<u8>>,
}

/// Which group: by its number or by its name. Prints as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GroupKey {
    /// 0 is everything that was matched.
    Number(usize),
    /// As in `(?<name>…)`.
    Name(String),
}

impl Groups {
    /// Appends a group; it has the next number, from 0 on. `bytes` is `None` if it took no part.
    pub fn push(&mut self, name: Option<&str>, bytes: Option<&[u8]>) {
        self.all.push(Group { name: name.map(str::to_owned), bytes: bytes.map(<[u8]>::to_vec) });
    }

    /// The bytes of a group.
    ///
    /// # Errors
    ///
    /// In words: there is no such group, or it took no part in the match.
    pub fn get(&self, key: &GroupKey) -> Result<&[u8], String> {
        let found = match key {
            GroupKey::Number(number) => self.all.get(*number),
            GroupKey::Name(name) => self.all.iter().find(|group| group.name.as_ref() == Some(name)),
        };
        let Some(group) = found else { return Err(format!("the pattern has no group {key}")) };
        group.bytes.as_deref().ok_or_else(|| format!("group {key} took no part in the match"))
    }

    /// How many there are, with group 0.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// `true` if nothing was captured, not even group 0.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl fmt::Display for GroupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// Reads what stands behind `{group:`.
pub(super) fn key(arguments: Arguments<'_>) -> Result<GroupKey, Problem> {
    const REMEDY: &str = "say which, as in {group:1} or {group:name}; {group:0} is all that was matched";
    let text = arguments.text.trim();
    if text.is_empty() {
        return Err(arguments.problem("a group field needs a number or a name", REMEDY));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = number(text).map_err(|what| arguments.problem(what, REMEDY))?;
        return usize::try_from(number)
            .map(GroupKey::Number)
            .map_err(|_| arguments.problem(format!("there is no group {number}"), REMEDY));
    }
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
    if !text.chars().all(inner) || text.starts_with(|c: char| c.is_numeric()) {
        return Err(arguments.problem(format!("{text:?} is no name of a group"), REMEDY));
    }
    Ok(GroupKey::Name(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_found_by_number_and_by_name() {
        let mut groups = Groups::default();
        assert!(groups.is_empty());
        groups.push(None, Some(b"all"));
        groups.push(Some("ber"), Some(b"99"));
        groups.push(Some("rest"), None);
        let get = |key: GroupKey| groups.get(&key).map(<[u8]>::to_vec);
        let name = |name: &str| GroupKey::Name(name.to_owned());
        assert_eq!(get(GroupKey::Number(0)), Ok(b"all".to_vec()));
        assert_eq!(get(GroupKey::Number(1)), Ok(b"99".to_vec()));
        assert_eq!(get(name("ber")), Ok(b"99".to_vec()));
        assert_eq!(get(name("rest")), Err("group rest took no part in the match".to_owned()));
        assert_eq!(get(GroupKey::Number(3)), Err("the pattern has no group 3".to_owned()));
        assert_eq!(get(name("ba")), Err("the pattern has no group ba".to_owned()));
        assert_eq!(groups.len(), 3);
    }
}
