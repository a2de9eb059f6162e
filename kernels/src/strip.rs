//! A kernel that the machine multiplies and adds by in one instruction (relaxed SIMD), where the browser has it.
//!
//! A module with such instructions is refused whole by browsers without them, so the kernel is a module of its own, four
//! kilobytes that `build/strip.rs` writes: whoever runs this crate in a browser compiles [`MODULE`] on its own memory
//! and puts what it exports in the place of [`slot`] in the function table. Then [`install`] lets products use it.

use core::sync::atomic::{AtomicUsize, Ordering};

use crate::gemm::PANEL;

#[cfg(target_arch = "x86_64")]
mod x86;
#[cfg(target_arch = "x86_64")]
pub use x86::install_native;

/// Lets products be computed by the machine's own instructions, where it has such a kernel; says whether it has.
#[cfg(not(target_arch = "x86_64"))]
pub fn install_native() -> bool {
    false
}

/// Rows of the highest tile.
pub(crate) const HIGHEST: usize = 6;

/// Where the sums start, and how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Kind {
    /// From `start`.
    Plain = 0,
    /// From what C holds.
    Sums = 1,
    /// From `start`, and columns of C are written as rows.
    Transposed = 2,
}

/// Some rows of a product: `height` rows of A times `count` panels of B. The module reads these fields by their places;
/// distances are in bytes.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct Call {
    /// Columns of A, at least one.
    pub(crate) k: usize,
    pub(crate) a: *const f32,
    /// From one row of A to the next.
    pub(crate) row: usize,
    pub(crate) b: *const f32,
    /// From one panel of B to the next.
    pub(crate) panel: usize,
    /// At least one.
    pub(crate) count: usize,
    pub(crate) c: *mut f32,
    /// From one row of C to the next; transposed, from one of its columns.
    pub(crate) c_row: usize,
    /// A value for each row.
    pub(crate) start: *const f32,
    /// As [`height`] says.
    pub(crate) height: usize,
    pub(crate) kind: Kind,
    /// What is less becomes this.
    pub(crate) least: f32,
}

/// Computes what a call says.
pub type Strip = unsafe extern "C" fn(*const Call);

/// The rows of the next tile where so many are left. Tiles of one row are slow, so that all that can be is made of four to
/// six.
pub(crate) fn height(left: usize) -> usize {
    const HEIGHTS: [u8; 16] = [0, 1, 1, 1, 4, 5, 6, 6, 4, 5, 5, 6, 6, 5, 5, 5];
    HEIGHTS.get(left).map_or(HIGHEST, |&rows| rows.into())
}

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
/// It must write what [`Call`] says and nothing else.
pub unsafe fn install(strip: Strip) {
    // What the address is, the compiler must not know: it would call `slot` itself, past the table.
    INSTALLED.store(core::hint::black_box(strip as usize), Ordering::Relaxed);
}

/// The kernel in plain instructions, which holds a place in the function table.
///
/// # Safety
/// The call's matrices must be there.
pub unsafe extern "C" fn slot(call: *const Call) {
    // SAFETY: the caller's, here and below.
    let call = unsafe { *call };
    for (r, column) in (0..call.height).flat_map(|r| (0..call.count * PANEL).map(move |c| (r, c))) {
        unsafe {
            let (a, b) = (call.a.byte_add(r * call.row), call.b.byte_add(column / PANEL * call.panel));
            let c = match call.kind {
                Kind::Transposed => call.c.byte_add(column * call.c_row).add(r),
                Kind::Plain | Kind::Sums => call.c.byte_add(r * call.c_row).add(column),
            };
            let start = if call.kind == Kind::Sums { *c } else { *call.start.add(r) };
            let sum = (0..call.k).fold(start, |sum, i| sum + *a.add(i) * *b.add(i * PANEL + column % PANEL));
            *c = if sum < call.least { call.least } else { sum };
        }
    }
}
