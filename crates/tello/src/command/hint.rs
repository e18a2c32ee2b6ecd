//! What may follow what is typed so far.

use super::check::{pads, wanted};
use super::{length, words};
use crate::sdk::Sdk;
use crate::table::{Form, Spec, commands};

/// What is still to be typed behind `line`, for a person: ` x  20 to 500 cm`. `None` where nothing is known, or where
/// several commands are still possible.
pub fn hint(line: &str, sdk: Sdk) -> Option<String> {
    let known: Vec<_> = commands().filter(|spec| spec.is_in(sdk) && is_begun(line, spec)).collect();
    // Of commands that differ in their number of arguments, the shortest.
    let spec = known.iter().min_by_key(|spec| (spec.name.len(), spec.args.len()))?;
    let Some(typed) = line.strip_prefix(spec.name) else {
        let alone = known.iter().all(|other| other.name == spec.name);
        return alone.then(|| spec.name[line.len()..].to_owned());
    };
    let given = typed.split(' ').skip(1).collect::<Vec<_>>();
    let done = given.iter().filter(|word| !word.is_empty()).count();
    let rest = &spec.args[done.min(spec.args.len())..];
    let first = rest.first()?;
    let blank = if line.ends_with(' ') { "" } else { " " };
    let names: Vec<_> = rest.iter().map(|arg| arg.name).collect();
    Some(format!("{blank}{}   {}", names.join(" "), wanted(first, sdk)))
}

/// The words that may stand in place of the last one of `line`, which may be empty.
pub fn complete(line: &str, sdk: Sdk) -> Vec<&'static str> {
    let begun = words(line);
    let place = begun.len() - 1;
    let last = &line[begun[place].clone()];
    let mut found: Vec<&'static str> = Vec::new();
    for spec in commands().filter(|spec| spec.is_in(sdk) && is_begun(&line[..line.len() - last.len()], spec))
    {
        if let Some(word) = spec.name.split(' ').nth(place) {
            found.push(word);
        } else if let Some(arg) = spec.args.get(place - length(spec.name)) {
            match arg.form {
                Form::Word(words) => found.extend(words),
                Form::Pad => found.extend(pads(sdk)),
                _ => {}
            }
        }
    }
    found.retain(|word| word.starts_with(last));
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a line may become this command.
fn is_begun(line: &str, spec: &Spec) -> bool {
    spec.name.starts_with(line) || super::begins(line, spec.name)
}
