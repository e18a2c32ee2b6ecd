//! Whether arguments are what the manuals allow.

use sockscope::core::problem::Problem;

use super::Command;
use crate::sdk::Sdk;
use crate::table::{Arg, Form};

/// A point closer than this on every axis is none to fly to, in cm.
const HERE: f64 = 20.0;

/// Radius of an arc, in cm.
const RADIUS: std::ops::RangeInclusive<f64> = 50.0..=1000.0;

impl Command {
    /// Checks the arguments.
    ///
    /// # Errors
    ///
    /// One is out of its range, or all together have no sense; the drone would answer `out of range` or `error …`.
    pub fn check(&self, sdk: Sdk) -> Result<(), Problem> {
        let mut numbers = self.numbers.iter();
        for (arg, range) in self.spec.args.iter().zip(&self.args) {
            let text = &self.line[range.clone()];
            let fine = match arg.form {
                Form::Number { least, most, .. } => {
                    numbers.next().is_some_and(|number| (least..=most).contains(number))
                }
                Form::Word(words) => words.contains(&text),
                Form::Pad => pads(sdk).any(|pad| pad == text),
                Form::Name => true,
                Form::Text(most) => text.chars().count() <= most,
                Form::Pixels(most) => {
                    text.len() <= most && text.bytes().all(|pixel| b"rbp0".contains(&pixel))
                }
            };
            if !fine {
                let what = match arg.form {
                    Form::Number { .. } => format!("{text} is out of range"),
                    _ => format!("\"{text}\" is not allowed here"),
                };
                return Err(Problem::new(&self.line, range.clone(), what, wanted(arg, sdk)));
            }
        }
        self.together()
    }

    /// What no argument by itself tells.
    fn together(&self) -> Result<(), Problem> {
        let whole = |what: &str, remedy: &str| {
            let args = self.args.first().map_or(0, |first| first.start)..self.line.len();
            Err(Problem::new(&self.line, args, what, remedy))
        };
        match (self.spec.name, self.numbers.as_slice()) {
            ("go", [x, y, z, ..]) if [x, y, z].iter().all(|axis| axis.abs() < HERE) => {
                whole("that is hardly away from here", "x, y or z is at least 20 cm")
            }
            ("curve", [x1, y1, z1, x2, y2, z2, ..]) => match radius([*x1, *y1, *z1], [*x2, *y2, *z2]) {
                None => whole("the points lie on a line", "an arc needs a point beside it"),
                Some(radius) if !RADIUS.contains(&radius) => {
                    whole(&format!("the radius is {radius:.0} cm"), "it has to be 50 to 1000 cm")
                }
                Some(_) => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// The radius of the arc from here through one point to another, in the unit of the points; `None` where they lie on
/// a line.
pub fn radius(through: [f64; 3], to: [f64; 3]) -> Option<f64> {
    let norm = |v: [f64; 3]| v.iter().map(|axis| axis * axis).sum::<f64>().sqrt();
    let between = [0, 1, 2].map(|axis| to[axis] - through[axis]);
    let cross = [(1, 2), (2, 0), (0, 1)].map(|(i, j)| through[i] * to[j] - through[j] * to[i]);
    // Twice the area of the triangle of the three.
    let area = norm(cross);
    (area > 1e-6).then(|| norm(through) * norm(to) * norm(between) / (2.0 * area))
}

/// The pads that an SDK names.
pub(super) fn pads(sdk: Sdk) -> impl Iterator<Item = &'static str> {
    const PADS: [&str; 10] = ["m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m-1", "m-2"];
    PADS.into_iter().take(if sdk == Sdk::V3_0 { 10 } else { 8 })
}

/// What an argument should be.
pub(super) fn wanted(arg: &Arg, sdk: Sdk) -> String {
    let name = arg.name;
    match arg.form {
        Form::Number { least, most, unit: "" } => format!("{name} is {least} to {most}"),
        Form::Number { least, most, unit } => format!("{name} is {least} to {most} {unit}"),
        Form::Word(words) => format!("{name} is {}", any(words.iter().copied())),
        Form::Pad if sdk == Sdk::V3_0 => {
            format!("{name} is m1 to m8, m-1 (the first seen) or m-2 (the nearest)")
        }
        Form::Pad => format!("{name} is m1 to m8"),
        Form::Name => format!("{name} is a word"),
        Form::Text(most) => format!("{name} has at most {most} characters"),
        Form::Pixels(most) => format!("{name} are at most {most} of r, b, p and 0"),
    }
}

/// `l, r, f or b`.
fn any<'a>(words: impl ExactSizeIterator<Item = &'a str>) -> String {
    let last = words.len() - 1;
    words.enumerate().fold(String::new(), |all, (index, word)| match index {
        0 => word.to_owned(),
        _ if index == last => all + " or " + word,
        _ => all + ", " + word,
    })
}
