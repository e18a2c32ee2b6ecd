//! The table as JSON Schema and as a document.

use super::{ENVELOPE, Field, Kind, SHAPES, Shape, VERSION, When};
use crate::json::quoted;

/// The schema of one line (JSON Schema, draft 2020-12), one shape a line.
pub fn json_schema() -> String {
    let shapes: Vec<String> = SHAPES.iter().map(shape_schema).collect();
    format!(
        "{{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\
         \"title\":\"sockscope JSON lines, version {VERSION}\",\"oneOf\":[\n{}\n]}}\n",
        shapes.join(",\n")
    )
}

/// The table for people, in Markdown.
pub fn markdown() -> String {
    let mut text = String::from("### every line of a run\n\n");
    table(&mut text, ENVELOPE);
    for shape in SHAPES {
        text.push_str(&format!("\n### `{}`\n\n{}\n\n", shape.name, shape.means));
        if shape.head.len() < ENVELOPE.len() {
            let head: Vec<String> = shape.head.iter().map(|field| format!("`{}`", field.name)).collect();
            let (last, first) = head.split_last().expect("no line is without a head");
            text.push_str(&format!("Of the fields above it has {} and {last} only.\n\n", first.join(", ")));
        }
        table(&mut text, shape.fields);
    }
    text
}

fn shape_schema(shape: &Shape) -> String {
    let head = shape.head.iter().map(|field| match field.name {
        "type" => Field { kind: Kind::Is(shape.name), ..*field },
        _ => *field,
    });
    let fields: Vec<Field> = head.chain(shape.fields.iter().copied()).collect();
    object_schema(&fields, shape.means)
}

fn object_schema(fields: &[Field], means: &str) -> String {
    let properties: Vec<String> =
        fields.iter().map(|field| format!("{}:{{{}}}", json(field.name), field_schema(field))).collect();
    let required: Vec<String> =
        fields.iter().filter(|field| field.when == When::Always).map(|field| json(field.name)).collect();
    format!(
        "{{\"type\":\"object\",\"description\":{},\"properties\":{{{}}},\"required\":[{}],\
         \"additionalProperties\":false}}",
        json(means),
        properties.join(","),
        required.join(",")
    )
}

fn field_schema(field: &Field) -> String {
    let kind = match field.kind {
        Kind::Is(word) => format!("\"const\":{}", json(word)),
        Kind::Version(number) => format!("\"const\":{number}"),
        Kind::OneOf(words) => {
            let words: Vec<String> = words.iter().copied().map(json).collect();
            format!("\"enum\":[{}]", words.join(","))
        }
        Kind::Text => "\"type\":\"string\"".to_owned(),
        Kind::Whole => "\"type\":\"integer\",\"minimum\":0".to_owned(),
        Kind::Number => "\"type\":\"number\",\"minimum\":0".to_owned(),
        Kind::True => "\"const\":true".to_owned(),
        Kind::Flag => "\"type\":\"boolean\"".to_owned(),
        Kind::Texts => "\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"string\"}".to_owned(),
        Kind::Base64 => "\"type\":\"string\",\"contentEncoding\":\"base64\"".to_owned(),
        Kind::Time => "\"type\":[\"string\",\"null\"],\"format\":\"date-time\"".to_owned(),
        Kind::Object(fields) => return inner(&object_schema(fields, &description(field))),
        Kind::List(fields) => {
            format!("\"type\":\"array\",\"minItems\":1,\"items\":{}", object_schema(fields, "one of them"))
        }
    };
    format!("{kind},\"description\":{}", json(&description(field)))
}

/// An object's members without the braces.
fn inner(object: &str) -> String {
    object[1..object.len() - 1].to_owned()
}

fn description(field: &Field) -> String {
    match field.when {
        When::Always => field.means.to_owned(),
        When::If(when) => format!("{} (when: {when})", field.means),
    }
}

fn json(text: &str) -> String {
    let mut out = Vec::new();
    quoted(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn table(text: &mut String, fields: &[Field]) {
    text.push_str("| field | type | when | meaning |\n| --- | --- | --- | --- |\n");
    rows(text, "", fields);
}

fn rows(text: &mut String, inside: &str, fields: &[Field]) {
    for field in fields {
        let when = match field.when {
            When::Always => "always",
            When::If(when) => when,
        };
        let (name, kind) = (field.name, kind_words(field.kind));
        text.push_str(&format!("| `{inside}{name}` | {kind} | {when} | {} |\n", field.means));
        match field.kind {
            Kind::Object(fields) => rows(text, &format!("{inside}{name}."), fields),
            Kind::List(fields) => rows(text, &format!("{inside}{name}[]."), fields),
            _ => {}
        }
    }
}

fn kind_words(kind: Kind) -> String {
    match kind {
        Kind::Is(word) => format!("`\"{word}\"`"),
        Kind::Version(number) => format!("`{number}`"),
        Kind::OneOf(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
            words.join(", ")
        }
        Kind::Text => "string".to_owned(),
        Kind::Whole => "integer".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::True => "`true`".to_owned(),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Texts => "array of strings".to_owned(),
        Kind::Base64 => "base64 string".to_owned(),
        Kind::Time => "RFC 3339 string or null".to_owned(),
        Kind::Object(_) => "object".to_owned(),
        Kind::List(_) => "array of objects".to_owned(),
    }
}
