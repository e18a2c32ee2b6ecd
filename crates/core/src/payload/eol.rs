//! What ends a message of text.

use crate::problem::Problem;

/// What is put behind each payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Eol {
    /// Nothing.
    #[default]
    None,
    /// Line feed, as Unix ends lines.
    Lf,
    /// Carriage return, as many instruments do.
    Cr,
    /// Carriage return and line feed, as Internet protocols do.
    CrLf,
}

impl Eol {
    /// Every line end with its name.
    pub const ALL: [(&'static str, Self); 4] =
        [("none", Self::None), ("lf", Self::Lf), ("cr", Self::Cr), ("crlf", Self::CrLf)];

    /// The line end of this name, letters in any case.
    pub fn find(name: &str) -> Result<Self, Problem> {
        let known = Self::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|&(_, eol)| eol).ok_or_else(|| {
            Problem::whole(name, format!("unknown line end {name:?}"), "choose none, lf, cr or crlf")
        })
    }

    /// Its name: `none`, `lf`, `cr` or `crlf`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lf => "lf",
            Self::Cr => "cr",
            Self::CrLf => "crlf",
        }
    }

    /// Its characters. They are text: the charset makes them bytes.
    pub fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Lf => "\n",
            Self::Cr => "\r",
            Self::CrLf => "\r\n",
        }
    }

    /// Its bytes in ASCII, and in every charset that contains ASCII.
    pub fn bytes(self) -> &'static [u8] {
        self.text().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found() {
        for (name, eol) in Eol::ALL {
            assert_eq!(Eol::find(name), Ok(eol));
            assert_eq!(Eol::find(&name.to_uppercase()), Ok(eol));
            assert_eq!(eol.name(), name);
        }
        assert_eq!(Eol::CrLf.bytes(), b"\r\n");
        let problem = Eol::find("nl").unwrap_err();
        assert_eq!(problem.to_string(), "unknown line end \"nl\"; choose none, lf, cr or crlf");
    }
}
