//! Numbers and facts as JavaScript objects.

use js_sys::{Array, Float32Array, Object, Reflect, Uint8ClampedArray};
use wasm_bindgen::JsValue;

use crate::network::Values;

/// Builds a plain object.
pub fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in entries {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object.into()
}

/// `{ data: Float32Array, shape: number[] }`.
pub fn tensor(values: &Values) -> JsValue {
    object(&[("data", floats(&values.data)), ("shape", shape(&values.shape))])
}

/// A `Float32Array` of its own.
pub fn floats(data: &[f32]) -> JsValue {
    Float32Array::from(data).into()
}

/// An array of numbers.
pub fn shape(shape: &[usize]) -> JsValue {
    shape.iter().map(|&n| JsValue::from_f64(n as f64)).collect::<Array>().into()
}

/// 8-bit RGB pixels as RGBA, ready for `ImageData`.
pub fn pixels(rgb: &[u8]) -> JsValue {
    let rgba: Vec<u8> = rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    Uint8ClampedArray::from(rgba.as_slice()).into()
}

/// Milliseconds now, of a clock that only goes forward.
pub fn now() -> f64 {
    let performance = Reflect::get(&js_sys::global(), &"performance".into()).unwrap_or(JsValue::UNDEFINED);
    let clock = Reflect::get(&performance, &"now".into()).unwrap_or(JsValue::UNDEFINED);
    let clock = js_sys::Function::from(clock);
    clock.call0(&performance).ok().and_then(|t| t.as_f64()).unwrap_or(0.0)
}
