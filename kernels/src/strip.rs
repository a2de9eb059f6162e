//! A kernel that the machine multiplies and adds by in one instruction (relaxed SIMD), where the browser has it.
//!
//! A module with such instructions is refused whole by browsers without them, so the kernel is a module of its own, a
//! few hundred bytes that `build.rs` writes: whoever runs this crate in a browser compiles [`MODULE`] on its own memory
//! and puts what it exports in the place of [`slot`] in the function table. Then [`install`] lets products use it.

use core::sync::atomic::{AtomicUsize, Ordering};

use crate::gemm::{PANEL, ROWS};

/// Tiles that one call computes.
pub(crate) const PANELS: usize = 24;

/// `(k, a, row, b, panel, count, sums)`: the sums of four rows of `a`, `row` bytes apart, and `count` panels of `b`,
/// `panel` bytes apart, `[count][4][8]`.
pub type Strip = unsafe extern "C" fn(usize, *const f32, usize, *const f32, usize, usize, *mut f32);

/// Imports a memory, `kernels.memory`, and exports a [`Strip`], `strip`.
#[cfg(target_arch = "wasm32")]
pub static MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/strip.wasm"));

/// The same for a shared memory.
#[cfg(target_arch = "wasm32")]
pub static MODULE_SHARED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/strip-shared.wasm"));

/// A [`Strip`]'s address, or 0.
static INSTALLED: AtomicUsize = AtomicUsize::new(0);

pub(crate) fn installed() -> Option<Strip> {
    let address = INSTALLED.load(Ordering::Relaxed);
    // SAFETY: only `install` writes it.
    (address != 0).then(|| unsafe { core::mem::transmute::<usize, Strip>(address) })
}

/// Whether [`install`] was called.
pub fn is_installed() -> bool {
    installed().is_some()
}

/// Lets products be computed by a kernel.
///
/// # Safety
/// It must write what [`Strip`] says and nothing else.
pub unsafe fn install(strip: Strip) {
    // What the address is, the compiler must not know: it would call `slot` itself, past the table.
    INSTALLED.store(core::hint::black_box(strip as usize), Ordering::Relaxed);
}

/// The kernel in plain instructions, which holds a place in the function table.
///
/// # Safety
/// As [`Strip`] says.
pub unsafe extern "C" fn slot(
    k: usize,
    a: *const f32,
    row: usize,
    b: *const f32,
    panel: usize,
    count: usize,
    sums: *mut f32,
) {
    for (tile, r, column) in (0..count).flat_map(|t| (0..ROWS).flat_map(move |r| (0..PANEL).map(move |c| (t, r, c)))) {
        // SAFETY: the caller's.
        unsafe {
            let (a, b) = (a.byte_add(r * row), b.byte_add(tile * panel).add(column));
            let sum = (0..k).map(|i| *a.add(i) * *b.add(i * PANEL)).sum();
            *sums.add((tile * ROWS + r) * PANEL + column) = sum;
        }
    }
}
