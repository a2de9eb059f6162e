//! This crate's errors as JavaScript `Error`s with a `code`.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::error::Error;

/// An `Error` whose `code` is the contract's.
pub fn to_js(error: Error) -> JsValue {
    let js = JsValue::from(js_sys::Error::new(&error.message));
    // Setting a property of a plain Error cannot fail.
    let _ = Reflect::set(&js, &"code".into(), &error.code.as_str().into());
    js
}
