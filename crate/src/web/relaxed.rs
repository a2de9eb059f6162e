//! Relaxed SIMD where the browser has it: the kernel's own module, put in its place in the function table.

use vitrine_kernels::strip;
use wasm_bindgen::JsValue;

use super::cores::put;

/// Lets products multiply and add by one instruction. Browsers without it refuse the module, and nothing changes.
pub fn install() -> Result<(), JsValue> {
    let place = strip::slot as *const () as usize;
    // Of the two, one fits this memory.
    put(strip::MODULE, "strip", place).or_else(|_| put(strip::MODULE_SHARED, "strip", place))?;
    // SAFETY: the place now holds the module's kernel, which is one.
    unsafe { strip::install(strip::slot) };
    Ok(())
}
