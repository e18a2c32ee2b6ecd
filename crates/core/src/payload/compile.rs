//! From a payload to a template.

use super::clock::Clock;
use super::field::Field;
use super::template::{Part, Template};
use super::{Content, Eol, Notation, Payload, Piece, text};
use crate::charset::{Charset, Lacks, Unmappable};
use crate::problem::Problem;

pub(super) fn compile(
    payload: &Payload,
    charset: Charset,
    unmappable: &Unmappable,
    eol: Eol,
) -> Result<Template, Problem> {
    let mut template = Template::new(&payload.input, charset, unmappable);
    for piece in &payload.pieces {
        template.unmapped += match &piece.content {
            Content::Raw(bytes) => {
                template.still().extend_from_slice(bytes);
                0
            }
            Content::Text(text) => charset
                .encode(text, unmappable, template.still())
                .map_err(|lacks| lacking(payload, piece, &lacks))?,
            Content::Field(field) => {
                let unmapped = format_unmapped(field, charset, unmappable)
                    .map_err(|lacks| told(&lacks, &payload.input, piece.span.clone()))?;
                template.parts.push(Part::Field { field: field.clone(), span: piece.span.clone() });
                unmapped
            }
        };
    }
    template.unmapped +=
        charset.encode(eol.text(), unmappable, template.still()).map_err(|lacks| told(&lacks, "", 0..0))?;
    template.settle()?;
    Ok(template)
}

/// How many characters of a time format the charset lacks: the same at each send, for what strftime puts
/// in is ASCII.
fn format_unmapped(field: &Field, charset: Charset, unmappable: &Unmappable) -> Result<u64, Lacks> {
    match field {
        Field::Time(Clock::Format(format)) => charset.encode(format, unmappable, &mut Vec::new()),
        _ => Ok(0),
    }
}

/// The problem with a character of a text piece, pointing at where it was written.
fn lacking(payload: &Payload, piece: &Piece, lacks: &Lacks) -> Problem {
    let spot = match payload.notation {
        Notation::Text => text::spot(&payload.input, &piece.span, lacks.at),
        Notation::Plain => {
            let start = piece.span.start + lacks.at;
            let end = start + lacks.character.len_utf8();
            payload.input.get(start..end).map(|_| start..end)
        }
        Notation::Hex => None,
    };
    told(lacks, &payload.input, spot.unwrap_or_else(|| piece.span.clone()))
}

fn told(lacks: &Lacks, input: &str, span: std::ops::Range<usize>) -> Problem {
    let remedy = "leave it out, choose another --encoding, or pass --unmappable skip or replace=?";
    Problem::new(input, span, lacks.to_string(), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problem with a character `at` bytes into piece `index`, and what it points at.
    fn told(payload: &Payload, index: usize, character: char, at: usize) -> (String, String) {
        let lacks = Lacks { charset: "gbk", character, at };
        let problem = lacking(payload, &payload.pieces[index], &lacks);
        (problem.to_string(), problem.input[problem.span].to_owned())
    }

    #[test]
    fn a_character_that_the_charset_lacks_is_pointed_at_where_it_was_written() {
        let payload = Payload::text(r"\xff你\n{len}a\u{1f600}好😀").unwrap();
        let (message, spot) = told(&payload, 3, '😀', 1);
        let remedy = "leave it out, choose another --encoding, or pass --unmappable skip or replace=?";
        assert_eq!(message, format!("gbk has no '😀' (U+1F600); {remedy}"));
        assert_eq!(spot, r"\u{1f600}");
        assert_eq!(told(&payload, 3, '😀', 8).1, "😀");
        assert_eq!(told(&payload, 1, '你', 0).1, "你");
        assert_eq!(told(&payload, 1, '\n', 3).1, r"\n");
        assert_eq!(told(&Payload::plain(r"\u好😀"), 0, '😀', 5).1, "😀");
    }

    #[test]
    fn a_character_that_is_nowhere_points_at_the_whole_piece() {
        assert_eq!(told(&Payload::text("ab").unwrap(), 0, '😀', 7).1, "ab");
        assert_eq!(told(&Payload::plain("ab"), 0, '😀', 1).1, "ab");
    }
}
