//! Writes the module of `src/strip.rs`, products with relaxed SIMD's `f32x4.relaxed_madd`, and that of `src/cells.rs`, the
//! atomic instructions.

use std::path::Path;

use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection, MemArg,
    MemoryType, Module, TypeSection, ValType,
};

#[path = "build/strip.rs"]
mod strip;

/// Of a shared memory, which has to state it: all that 32 bits can address.
const MOST_PAGES: u64 = 65_536;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/strip.rs");
    let out = std::env::var_os("OUT_DIR").expect("cargo sets it");
    let write = |name: &str, module: Vec<u8>| {
        std::fs::write(Path::new(&out).join(name), module).expect("the folder can be written");
    };
    for (name, shared) in [("strip.wasm", false), ("strip-shared.wasm", true)] {
        write(name, module(("strip", &[ValType::I32], &[]), shared, &strip::function()));
    }
    write("cells.wasm", module(("cell", &[ValType::I32; 3], &[ValType::I32]), true, &cell()));
}

/// A module of one function on an imported memory.
fn module((name, parameters, results): (&str, &[ValType], &[ValType]), shared: bool, function: &Function) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function(parameters.iter().copied(), results.iter().copied());
    let maximum = shared.then_some(MOST_PAGES);
    let memory = MemoryType { minimum: 0, maximum, memory64: false, shared, page_size_log2: None };
    let mut imports = ImportSection::new();
    imports.import("kernels", "memory", EntityType::Memory(memory));
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut exports = ExportSection::new();
    exports.export(name, ExportKind::Func, 0);
    let mut code = CodeSection::new();
    code.function(function);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
    module.finish()
}

/// What `src/cells.rs` says, by its numbers.
fn cell() -> Function {
    const WHAT: u32 = 0;
    const AT: u32 = 1;
    const VALUE: u32 = 2;
    const NANOSECONDS: i64 = 250_000_000;
    let mut function = Function::new([]);
    let mut i = function.instructions();
    let at = MemArg { offset: 0, align: 2, memory_index: 0 };
    for what in [5, 4, 3, 2, 1] {
        i.local_get(WHAT).i32_const(what).i32_eq().if_(BlockType::Empty).local_get(AT);
        match what {
            5 => i.local_get(VALUE).i64_const(-1).memory_atomic_wait32(at),
            4 => i.i32_const(-1).memory_atomic_notify(at),
            3 => i.local_get(VALUE).i64_const(NANOSECONDS).memory_atomic_wait32(at),
            2 => i.local_get(VALUE).i32_atomic_rmw_add(at),
            _ => i.local_get(VALUE).i32_atomic_store(at).i32_const(0),
        };
        i.return_().end();
    }
    i.local_get(AT).i32_atomic_load(at).end();
    function
}
