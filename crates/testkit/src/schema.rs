//! A small checker of JSON values against JSON Schema: as much of draft 2020-12 as `sockscope schema`
//! uses. A keyword that it does not know is an error, so that nothing passes unchecked.

use serde_json::{Map, Value};

/// Keywords that say something to people only.
const WORDS: [&str; 5] = ["$schema", "title", "description", "format", "contentEncoding"];

/// Checks a value against a schema; says what does not fit and where.
pub fn check(schema: &Value, value: &Value) -> Result<(), String> {
    let schema = schema.as_object().ok_or("a schema is an object")?;
    schema.iter().try_for_each(|(keyword, rule)| {
        keyword_holds(schema, keyword, rule, value).map_err(|why| format!("{why} ({keyword})"))
    })
}

fn keyword_holds(
    schema: &Map<String, Value>,
    keyword: &str,
    rule: &Value,
    value: &Value,
) -> Result<(), String> {
    let holds = match keyword {
        "const" => value == rule,
        "enum" => list(rule).contains(value),
        "type" => match rule {
            Value::Array(types) => types.iter().any(|kind| is(kind, value)),
            kind => is(kind, value),
        },
        "minimum" => value.as_f64() >= rule.as_f64(),
        "minItems" => value.as_array().map(|items| items.len() as u64) >= rule.as_u64(),
        "items" => return list(value).iter().try_for_each(|item| check(rule, item)),
        "required" => return required(rule, value),
        "properties" => return properties(rule, value),
        "additionalProperties" => return no_others(schema, value),
        "oneOf" => return one_of(rule, value),
        other if WORDS.contains(&other) => true,
        other => return Err(format!("the keyword {other} is not known here")),
    };
    if holds { Ok(()) } else { Err(format!("{value} is not {rule}")) }
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("number") => value.is_number(),
        Some("null") => value.is_null(),
        _ => false,
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn required(rule: &Value, value: &Value) -> Result<(), String> {
    match list(rule).iter().filter_map(Value::as_str).find(|name| value.get(name).is_none()) {
        Some(name) => Err(format!("{name} is missing in {value}")),
        None => Ok(()),
    }
}

fn properties(rule: &Value, value: &Value) -> Result<(), String> {
    let rules = rule.as_object().ok_or("properties are an object")?;
    rules.iter().try_for_each(|(name, rule)| match value.get(name) {
        Some(value) => check(rule, value).map_err(|why| format!("{name}: {why}")),
        None => Ok(()),
    })
}

fn no_others(schema: &Map<String, Value>, value: &Value) -> Result<(), String> {
    let known = schema.get("properties").and_then(Value::as_object);
    let mut names = value.as_object().into_iter().flat_map(Map::keys);
    match names.find(|name| known.is_none_or(|known| !known.contains_key(*name))) {
        Some(name) => Err(format!("{name} is in no schema")),
        None => Ok(()),
    }
}

fn one_of(rule: &Value, value: &Value) -> Result<(), String> {
    let results: Vec<_> = list(rule).iter().map(|shape| check(shape, value)).collect();
    match results.iter().filter(|result| result.is_ok()).count() {
        1 => Ok(()),
        0 => Err(results.into_iter().filter_map(Result::err).collect::<Vec<_>>().join("; ")),
        many => Err(format!("{many} shapes fit {value}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_does_not_fit_is_found() {
        let schema = json!({"oneOf": [
            {"type": "object", "properties": {"v": {"const": 1}, "n": {"type": "integer", "minimum": 0}},
             "required": ["v"], "additionalProperties": false},
            {"type": "object", "properties": {"list": {"type": "array", "minItems": 1,
             "items": {"enum": ["a", "b"]}}}, "required": ["list"], "additionalProperties": false},
        ]});
        for good in [json!({"v": 1}), json!({"v": 1, "n": 0}), json!({"list": ["a", "b"]})] {
            assert_eq!(check(&schema, &good), Ok(()), "{good}");
        }
        for bad in [
            json!(1),
            json!({"v": 2}),
            json!({"n": 1}),
            json!({"v": 1, "n": -1}),
            json!({"v": 1, "n": "1"}),
            json!({"v": 1, "more": 1}),
            json!({"list": []}),
            json!({"list": ["c"]}),
        ] {
            assert!(check(&schema, &bad).is_err(), "{bad}");
        }
        assert!(check(&json!({"maximum": 3}), &json!(1)).unwrap_err().contains("not known"));
    }
}
