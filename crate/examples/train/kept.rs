//! The file of the tables that the page shows, laid out as biome checks it.

use serde_json::{Map, Value};

use super::data::{Result, repository};
use super::run::write;

const FILE: &str = "www/train/ten-seeds.json";

/// Puts a study in the place of what the file had of it, beside what it has of others.
pub fn keep(name: &str, study: Value) -> Result<()> {
    let path = repository(FILE);
    let mut all: Map<String, Value> = serde_json::from_slice(&std::fs::read(&path)?)?;
    all.insert(name.to_owned(), study);
    write(&path, format!("{}\n", laid_out(&all.into(), 0)).as_bytes())
}

/// A line for each field of an object and for each list or object in a list; a list of nothing but words and numbers is
/// one line.
fn laid_out(value: &Value, depth: usize) -> String {
    let nested = |value: &Value| value.is_array() || value.is_object();
    let (open, parts, close) = match value {
        Value::Object(fields) => {
            let field = |(name, value)| format!("{}: {}", Value::from(name), laid_out(value, depth + 1));
            ("{", fields.iter().map(|(name, value)| field((name.as_str(), value))).collect::<Vec<_>>(), "}")
        }
        Value::Array(items) if items.iter().any(nested) => {
            ("[", items.iter().map(|item| laid_out(item, depth + 1)).collect(), "]")
        }
        Value::Array(items) => {
            return format!("[{}]", items.iter().map(Value::to_string).collect::<Vec<_>>().join(", "));
        }
        other => return other.to_string(),
    };
    let (line, end) = (format!("\n{}", "  ".repeat(depth + 1)), format!("\n{}", "  ".repeat(depth)));
    format!("{open}{line}{}{end}{close}", parts.join(&format!(",{line}")))
}
