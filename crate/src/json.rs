//! JSON of the crate's own types. They are plain data: string keys, and no serializer of their own that could fail.

use serde::Serialize;

/// Facts as text.
#[expect(clippy::expect_used, reason = "plain data has a JSON form")]
pub(crate) fn text(facts: &impl Serialize) -> String {
    serde_json::to_string(facts).expect("plain data has a JSON form")
}

/// Facts as a value that more can be put into.
#[expect(clippy::expect_used, reason = "plain data has a JSON form")]
#[cfg(any(target_arch = "wasm32", feature = "train"))]
pub(crate) fn value(facts: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(facts).expect("plain data has a JSON form")
}
