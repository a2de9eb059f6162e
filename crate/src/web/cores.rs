//! Other cores: the same module once more on the same memory, in workers of their own (`www/engine/cores.js`).

use js_sys::{Array, Object, Reflect, Uint8Array, Uint32Array, WebAssembly};
use vitrine_kernels::pool::{self, Pool};
use vitrine_kernels::{cells, strip};
use wasm_bindgen::prelude::*;

/// Floats of a helper's stack: kernels keep a few kilobytes there.
const STACK: usize = 32 * 1024;
/// The linker wants a stack to end at such an address.
const ALIGNMENT: usize = 16;

/// Compiles one of the kernels' own modules on this memory and puts its function, `name`, in the place of `slot` in the
/// function table.
pub(super) fn put(bytes: &[u8], name: &str, slot: usize) -> Result<WebAssembly::Module, JsValue> {
    let module = WebAssembly::Module::new(&Uint8Array::from(bytes))?;
    let (kernels, imports) = (Object::new(), Object::new());
    Reflect::set(&kernels, &"memory".into(), &wasm_bindgen::memory())?;
    Reflect::set(&imports, &"kernels".into(), &kernels)?;
    let instance = WebAssembly::Instance::new(&module, &imports)?;
    let kernel = Reflect::get(&instance.exports(), &name.into())?;
    let table: WebAssembly::Table = wasm_bindgen::function_table().unchecked_into();
    // A function's address is its index in the table.
    table.set(slot as u32, kernel.unchecked_ref())?;
    Ok(module)
}

/// Makes room for helpers of this module, whose memory is shared. What they have to be told: `pool`, its address,
/// `stacks`, where each one's begins, and `kernels`, `[{ module, name, slot }]`, what they put in their own tables.
#[wasm_bindgen]
pub fn found_pool(helpers: usize) -> Result<JsValue, JsValue> {
    let kernels = Array::new();
    let cell = cells::slot as *const () as usize;
    kernels.push(&kernel(put(cells::MODULE, "cell", cell)?, "cell", cell)?);
    // SAFETY: the place now holds the module's function, which is one.
    unsafe { cells::install(cells::slot) };
    if strip::is_installed() {
        let place = strip::slot as *const () as usize;
        kernels.push(&kernel(put(strip::MODULE_SHARED, "strip", place)?, "strip", place)?);
    }
    let stacks: Vec<u32> = (0..helpers).map(|_| stack()).collect();
    let told = Object::new();
    Reflect::set(&told, &"pool".into(), &(core::ptr::from_ref(Pool::found(helpers)) as u32).into())?;
    Reflect::set(&told, &"stacks".into(), &Uint32Array::from(stacks.as_slice()))?;
    Reflect::set(&told, &"kernels".into(), &kernels)?;
    Ok(told.into())
}

fn kernel(module: WebAssembly::Module, name: &str, slot: usize) -> Result<JsValue, JsValue> {
    let kernel = Object::new();
    Reflect::set(&kernel, &"module".into(), &module)?;
    Reflect::set(&kernel, &"name".into(), &name.into())?;
    Reflect::set(&kernel, &"slot".into(), &(slot as u32).into())?;
    Ok(kernel.into())
}

/// Where a helper's stack begins; it grows down, and is the helper's for good.
fn stack() -> u32 {
    let memory = vec![0.0f32; STACK].leak();
    (memory.as_ptr_range().end as usize / ALIGNMENT * ALIGNMENT) as u32
}

/// For a helper, by its number: helps for ever.
#[wasm_bindgen]
pub fn help(pool: usize, number: usize) {
    // SAFETY: the address that `found_pool` gave, of what is never freed.
    unsafe { &*(pool as *const Pool) }.help(number)
}

/// For a helper that has trapped: nobody is to wait for it.
#[wasm_bindgen]
pub fn lose(pool: usize) {
    // SAFETY: as above.
    unsafe { &*(pool as *const Pool) }.lose();
}

/// The cores that compute now.
#[wasm_bindgen]
pub fn cores() -> usize {
    pool::cores()
}

/// Whether a helper was lost.
#[wasm_bindgen]
pub fn helper_lost() -> bool {
    pool::is_broken()
}
