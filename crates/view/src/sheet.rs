//! One packet on a sheet: its layers, field by field.

use std::io::Write;

use crate::dissect::{Mark, Tree};
use crate::number;
use crate::palette::Palette;

/// Columns in which the range of a field stands.
const RANGE: usize = 9;

/// Appends the layers of a packet, a line a field: which bytes, its name, what it says. Bytes that are not the packet's
/// have the letter of their buffer, `a` being the first.
pub fn tree(tree: &Tree, palette: &Palette, out: &mut Vec<u8>) {
    for node in &tree.nodes {
        palette.note.paint(out, |out| {
            let mut range = String::new();
            if node.buffer > 0 {
                range.push(char::from(b'a' + (node.buffer as u8 - 1) % 26));
            }
            range += &match node.range.len() {
                0 => format!("{}", node.range.start),
                1 => format!("{}", node.range.start),
                _ => format!("{}-{}", node.range.start, node.range.end - 1),
            };
            write(out, format_args!("{range:>RANGE$}  "));
        });
        number::spaces(usize::from(node.depth) * 2, out);
        let ink = match (node.mark, node.depth) {
            (Some(Mark::Bad | Mark::Stop), _) => &palette.error,
            (Some(Mark::Note), _) => &palette.warning,
            (None, 0) => &palette.length,
            (None, _) => &palette.text,
        };
        ink.paint(out, |out| {
            out.extend_from_slice(node.label.as_bytes());
            if !node.value.is_empty() {
                out.extend_from_slice(if node.label.is_empty() { b"" } else { b": " });
                out.extend_from_slice(node.value.as_bytes());
            }
        });
        out.push(b'\n');
    }
}

fn write(out: &mut Vec<u8>, words: std::fmt::Arguments<'_>) {
    out.write_fmt(words).expect("a Vec takes everything");
}
