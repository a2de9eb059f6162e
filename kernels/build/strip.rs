//! The function of `src/strip.rs`: tiles of a product whose sums stay in registers from the first multiplication to
//! their place in the result.

use wasm_encoder::{BlockType, Function, InstructionSink, MemArg, ValType};

/// Rows of the tiles that there is a loop for. Twelve sums, two halves of a panel's row and a value of A are V8's fifteen
/// registers.
const HEIGHTS: [u32; 4] = [6, 5, 4, 1];
const MOST: u32 = 6;
/// Bytes of four floats.
const QUAD: u32 = 16;
/// Bytes of a panel's row.
const WIDE: u32 = 2 * QUAD;

// The parameter, and its fields in the order of `src/strip.rs`.
const CALL: u32 = 0;
const K: u32 = 1;
const A: u32 = 2;
const ROW: u32 = 3;
const B: u32 = 4;
const PANEL: u32 = 5;
const COUNT: u32 = 6;
const C: u32 = 7;
const C_ROW: u32 = 8;
const START: u32 = 9;
const HEIGHT: u32 = 10;
const KIND: u32 = 11;
const FIELDS: u32 = 11;
// Steps left, place in the panel, place in C, places in the rows.
const LEFT: u32 = 12;
const AT: u32 = 13;
const TO: u32 = 14;
const ROWS_AT: u32 = 15;
// The least value of a result; one half or value of each operand; the sums; rows on their way to columns.
const LEAST: u32 = ROWS_AT + MOST;
const LOW: u32 = LEAST + 1;
const HIGH: u32 = LEAST + 2;
const X: u32 = LEAST + 3;
const SUM: u32 = LEAST + 4;
const MIXED: u32 = SUM + 2 * MOST;
const MIXED_COUNT: u32 = 6;

// The kinds of `src/strip.rs`.
const SUMS: i32 = 1;
const TRANSPOSED: i32 = 2;

const fn at(offset: u32) -> MemArg {
    MemArg { offset: offset as u64, align: 2, memory_index: 0 }
}

/// `strip(call)`.
pub fn function() -> Function {
    let integers = ROWS_AT + MOST - 1;
    let vectors = MIXED + MIXED_COUNT - LEAST;
    let mut function = Function::new([(integers, ValType::I32), (vectors, ValType::V128)]);
    let mut i = function.instructions();
    for field in 0..FIELDS {
        i.local_get(CALL).i32_load(at(4 * field)).local_set(K + field);
    }
    i.local_get(CALL).v128_load32_splat(at(4 * FIELDS)).local_set(LEAST);
    for height in HEIGHTS {
        i.local_get(HEIGHT).i32_const(height as i32).i32_eq().if_(BlockType::Empty);
        tiles(&mut i, height);
        i.end();
    }
    i.end();
    function
}

/// One tile of each panel.
fn tiles(i: &mut InstructionSink<'_>, height: u32) {
    i.loop_(BlockType::Empty);
    begin(i, height);
    i.local_get(A).local_set(ROWS_AT);
    for row in 1..height {
        i.local_get(ROWS_AT + row - 1).local_get(ROW).i32_add().local_set(ROWS_AT + row);
    }
    i.local_get(B).local_set(AT).local_get(K).local_set(LEFT);
    multiply(i, height);
    for sum in SUM..SUM + 2 * height {
        i.local_get(sum).local_get(LEAST).f32x4_pmax().local_set(sum);
    }
    i.local_get(KIND).i32_const(TRANSPOSED).i32_eq().if_(BlockType::Empty);
    write_transposed(i, height);
    i.else_();
    write(i, height);
    i.end();
    i.local_get(B).local_get(PANEL).i32_add().local_set(B);
    i.local_get(COUNT).i32_const(1).i32_sub().local_tee(COUNT).br_if(0).end();
}

/// What the sums start from.
fn begin(i: &mut InstructionSink<'_>, height: u32) {
    i.local_get(KIND).i32_const(SUMS).i32_eq().if_(BlockType::Empty);
    i.local_get(C).local_set(TO);
    for row in 0..height {
        for half in 0..2 {
            i.local_get(TO).v128_load(at(QUAD * half)).local_set(SUM + 2 * row + half);
        }
        i.local_get(TO).local_get(C_ROW).i32_add().local_set(TO);
    }
    i.else_();
    for row in 0..height {
        i.local_get(START).v128_load32_splat(at(4 * row));
        i.local_tee(SUM + 2 * row).local_set(SUM + 2 * row + 1);
    }
    i.end();
}

/// The loop that all the time goes into.
fn multiply(i: &mut InstructionSink<'_>, height: u32) {
    i.loop_(BlockType::Empty);
    i.local_get(AT).v128_load(at(0)).local_set(LOW).local_get(AT).v128_load(at(QUAD)).local_set(HIGH);
    for row in 0..height {
        i.local_get(ROWS_AT + row).v128_load32_splat(at(0)).local_set(X);
        for (half, operand) in [(0, LOW), (1, HIGH)] {
            let sum = SUM + 2 * row + half;
            i.local_get(X).local_get(operand).local_get(sum).f32x4_relaxed_madd().local_set(sum);
        }
        i.local_get(ROWS_AT + row).i32_const(4).i32_add().local_set(ROWS_AT + row);
    }
    i.local_get(AT).i32_const(WIDE as i32).i32_add().local_set(AT);
    i.local_get(LEFT).i32_const(1).i32_sub().local_tee(LEFT).br_if(0).end();
}

/// Row by row.
fn write(i: &mut InstructionSink<'_>, height: u32) {
    i.local_get(C).local_set(TO);
    for row in 0..height {
        for half in 0..2 {
            i.local_get(TO).local_get(SUM + 2 * row + half).v128_store(at(QUAD * half));
        }
        i.local_get(TO).local_get(C_ROW).i32_add().local_set(TO);
    }
    i.local_get(C).i32_const(WIDE as i32).i32_add().local_set(C);
}

/// Column by column: four rows side by side, and what is left of them after these.
fn write_transposed(i: &mut InstructionSink<'_>, height: u32) {
    for half in 0..2 {
        let sum = |row: u32| SUM + 2 * row + half;
        let fours = height / 4;
        if fours > 0 {
            interleave(i, (sum(0), sum(2)), (MIXED, MIXED + 1));
            interleave(i, (sum(1), sum(3)), (MIXED + 2, MIXED + 3));
            interleave(i, (MIXED, MIXED + 2), (LOW, HIGH));
            interleave(i, (MIXED + 1, MIXED + 3), (MIXED, MIXED + 1));
        }
        let rest = 4 * fours;
        if height - rest == 2 {
            interleave(i, (sum(rest), sum(rest + 1)), (MIXED + 4, MIXED + 5));
        }
        for (column, quad) in (0..).zip([LOW, HIGH, MIXED, MIXED + 1]) {
            if fours > 0 {
                i.local_get(C).local_get(quad).v128_store(at(0));
            }
            match height - rest {
                2 => {
                    let pair = MIXED + 4 + u32::from(column) / 2;
                    i.local_get(C).local_get(pair).v128_store64_lane(at(4 * rest), column % 2);
                }
                1 => {
                    i.local_get(C).local_get(sum(rest)).v128_store32_lane(at(4 * rest), column);
                }
                _ => {}
            }
            i.local_get(C).local_get(C_ROW).i32_add().local_set(C);
        }
    }
}

/// The lanes of both in turn.
fn interleave(i: &mut InstructionSink<'_>, (a, b): (u32, u32), (low, high): (u32, u32)) {
    for lanes in [[0, 4, 1, 5], [2, 6, 3, 7]] {
        let bytes = core::array::from_fn(|byte| 4 * lanes[byte / 4] + (byte % 4) as u8);
        i.local_get(a).local_get(b).i8x16_shuffle(bytes);
    }
    i.local_set(high).local_set(low);
}
