//! Relaxed SIMD where the browser has it: the kernel's own module, put in its place in the function table.

use js_sys::{Object, Reflect, Uint8Array, WebAssembly};
use vitrine_kernels::strip;
use wasm_bindgen::{JsCast, JsValue};

/// Lets products multiply and add by one instruction. Browsers without it refuse the module, and nothing changes.
pub fn install() -> Result<(), JsValue> {
    let module = WebAssembly::Module::new(&Uint8Array::from(strip::MODULE))?;
    let (kernels, imports) = (Object::new(), Object::new());
    Reflect::set(&kernels, &"memory".into(), &wasm_bindgen::memory())?;
    Reflect::set(&imports, &"kernels".into(), &kernels)?;
    let instance = WebAssembly::Instance::new(&module, &imports)?;
    let kernel = Reflect::get(&instance.exports(), &"strip".into())?;
    let table: WebAssembly::Table = wasm_bindgen::function_table().unchecked_into();
    // A function's address is its index in the table.
    table.set(strip::slot as *const () as u32, kernel.unchecked_ref())?;
    // SAFETY: the place now holds the module's kernel, which is one.
    unsafe { strip::install(strip::slot) };
    Ok(())
}
