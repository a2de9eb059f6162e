//! What the kernels' tests share.

use core::cell::Cell;
use std::alloc::{GlobalAlloc, Layout, System};

thread_local! {
    static FORBIDDEN: Cell<bool> = const { Cell::new(false) };
}

/// The system's allocator, which ends the tests where a thread allocates that must not.
struct Watched;

#[global_allocator]
static ALLOCATOR: Watched = Watched;

// SAFETY: the system's own answers.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if FORBIDDEN.get() {
            std::process::abort();
        }
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// This thread is a helper: in a browser nothing keeps its allocations apart from those of others.
pub fn forbid_allocation() {
    FORBIDDEN.set(true);
}

/// Repeatable values between -1 and 1.
pub fn noise(n: usize) -> Vec<f32> {
    let mut state = 0x9e37_79b9_u32.wrapping_add(n as u32);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

/// Holds a result against its value in float64, relative to the largest.
///
/// # Panics
/// When they differ by more than 2e-6 of it.
#[track_caller]
pub fn close(got: &[f32], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    let largest = want.iter().fold(1e-30f64, |a, b| a.max(b.abs()));
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let error = (f64::from(*got) - want).abs() / largest;
        assert!(error < 2e-6, "value {i} is {got}, not {want}");
    }
}
