//! Writes the module of `src/strip.rs`, the inner loop of a product with relaxed SIMD's `f32x4.relaxed_madd`, and that
//! of `src/cells.rs`, the atomic instructions.

use std::path::Path;

use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection, MemArg,
    MemoryType, Module, TypeSection, ValType,
};

const ROWS: u32 = 4;
/// Of a shared memory, which has to state it: all that 32 bits can address.
const MOST_PAGES: u64 = 65_536;

// The parameters.
const K: u32 = 0;
const A: u32 = 1;
const ROW: u32 = 2;
const B: u32 = 3;
const PANEL: u32 = 4;
const COUNT: u32 = 5;
const SUMS: u32 = 6;
// The local variables: steps left, place in the panel, places in the rows; one half or value of each operand, the sums.
const LEFT: u32 = 7;
const AT: u32 = 8;
const ROWS_AT: u32 = 9;
const LOW: u32 = ROWS_AT + ROWS;
const HIGH: u32 = LOW + 1;
const X: u32 = LOW + 2;
const SUM: u32 = LOW + 3;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = std::env::var_os("OUT_DIR").expect("cargo sets it");
    let write = |name: &str, module: Vec<u8>| {
        std::fs::write(Path::new(&out).join(name), module).expect("the folder can be written");
    };
    for (name, shared) in [("strip.wasm", false), ("strip-shared.wasm", true)] {
        write(name, module(("strip", &[ValType::I32; 7], &[]), shared, &strip()));
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

fn strip() -> Function {
    let mut function = Function::new([(2 + ROWS, ValType::I32), (3 + 2 * ROWS, ValType::V128)]);
    let mut i = function.instructions();
    let at = |offset: u32| MemArg { offset: u64::from(offset), align: 2, memory_index: 0 };
    i.loop_(BlockType::Empty);
    i.local_get(A).local_set(ROWS_AT);
    for row in 1..ROWS {
        i.local_get(ROWS_AT + row - 1).local_get(ROW).i32_add().local_set(ROWS_AT + row);
    }
    i.local_get(B).local_set(AT).local_get(K).local_set(LEFT);
    for sum in SUM..SUM + 2 * ROWS {
        i.v128_const(0).local_set(sum);
    }
    i.loop_(BlockType::Empty);
    i.local_get(AT).v128_load(at(0)).local_set(LOW).local_get(AT).v128_load(at(16)).local_set(HIGH);
    for row in 0..ROWS {
        i.local_get(ROWS_AT + row).v128_load32_splat(at(0)).local_set(X);
        for (half, operand) in [(0, LOW), (1, HIGH)] {
            let sum = SUM + 2 * row + half;
            i.local_get(X).local_get(operand).local_get(sum).f32x4_relaxed_madd().local_set(sum);
        }
        i.local_get(ROWS_AT + row).i32_const(4).i32_add().local_set(ROWS_AT + row);
    }
    i.local_get(AT).i32_const(32).i32_add().local_set(AT);
    i.local_get(LEFT).i32_const(1).i32_sub().local_tee(LEFT).br_if(0).end();
    for sum in 0..2 * ROWS {
        i.local_get(SUMS).local_get(SUM + sum).v128_store(at(16 * sum));
    }
    i.local_get(SUMS).i32_const(32 * ROWS as i32).i32_add().local_set(SUMS);
    i.local_get(B).local_get(PANEL).i32_add().local_set(B);
    i.local_get(COUNT).i32_const(1).i32_sub().local_tee(COUNT).br_if(0).end();
    i.end();
    function
}
