//! Numbers in memory that several cores change at once, and sleep by.
//!
//! The browser's build has no threads, so its compiler gives it no atomic instructions: they come as a module of a few
//! bytes, written by `build.rs`, whose one function takes the place of [`slot`] in the function table, as with
//! [`crate::strip`]. Natively they are the standard library's.

use core::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// A number that several cores may change.
#[derive(Debug, Default)]
#[repr(transparent)]
pub(crate) struct Cell(AtomicU32);

/// What [`slot`] does.
#[derive(Clone, Copy)]
#[repr(u32)]
enum Do {
    Load,
    Store,
    Add,
    Wait,
    Wake,
    Sleep,
}

/// How long [`Cell::wait`] waits at most; `build.rs` has the same. Natively it is how long a thread sleeps.
pub(crate) const WAIT_MS: u32 = if cfg!(target_arch = "wasm32") { 250 } else { 1 };

impl Cell {
    pub(crate) const fn new(value: u32) -> Self {
        Self(AtomicU32::new(value))
    }

    pub(crate) fn load(&self) -> u32 {
        self.act(Do::Load, 0)
    }

    pub(crate) fn store(&self, value: u32) {
        self.act(Do::Store, value);
    }

    /// Adds, and gives what was there before.
    pub(crate) fn add(&self, value: u32) -> u32 {
        self.act(Do::Add, value)
    }

    /// Sleeps while the number is this one, until [`Cell::wake`], or for [`WAIT_MS`].
    pub(crate) fn wait(&self, value: u32) {
        self.act(Do::Wait, value);
    }

    /// Sleeps while the number is this one, until [`Cell::wake`].
    pub(crate) fn sleep(&self, value: u32) {
        self.act(Do::Sleep, value);
    }

    /// Wakes all who sleep by this number.
    pub(crate) fn wake(&self) {
        self.act(Do::Wake, 0);
    }

    #[cfg(target_arch = "wasm32")]
    fn act(&self, what: Do, value: u32) -> u32 {
        // SAFETY: a cell's own address.
        unsafe { web::installed()(what as u32, self.0.as_ptr(), value) }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn act(&self, what: Do, value: u32) -> u32 {
        match what {
            Do::Load => return self.0.load(SeqCst),
            Do::Store => self.0.store(value, SeqCst),
            Do::Add => return self.0.fetch_add(value, SeqCst),
            // The thread looks again by itself.
            Do::Wait | Do::Sleep if self.0.load(SeqCst) == value => {
                std::thread::sleep(core::time::Duration::from_millis(u64::from(WAIT_MS)));
            }
            Do::Wait | Do::Sleep | Do::Wake => {}
        }
        0
    }
}

#[cfg(target_arch = "wasm32")]
pub use web::{MODULE, install, slot};

#[cfg(target_arch = "wasm32")]
mod web {
    use core::sync::atomic::{AtomicUsize, Ordering};

    use super::{AtomicU32, Do, SeqCst};

    /// `(what, address, value)`: see [`Do`].
    pub type Act = unsafe extern "C" fn(u32, *mut u32, u32) -> u32;

    /// Imports a shared memory, `kernels.memory`, and exports an [`Act`], `cell`.
    pub static MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cells.wasm"));

    /// An [`Act`]'s address, or 0.
    static INSTALLED: AtomicUsize = AtomicUsize::new(0);

    pub(super) fn installed() -> Act {
        let address = INSTALLED.load(Ordering::Relaxed);
        // SAFETY: only `install` writes it.
        if address == 0 { slot } else { unsafe { core::mem::transmute::<usize, Act>(address) } }
    }

    /// Lets numbers be changed by what now holds the place of [`slot`].
    ///
    /// # Safety
    /// That must be what [`MODULE`] exports.
    pub unsafe fn install(act: Act) {
        // As with a strip, the compiler must not know what the address is.
        INSTALLED.store(core::hint::black_box(act as usize), Ordering::Relaxed);
    }

    /// The same for one core alone, which holds a place in the function table.
    ///
    /// # Safety
    /// The address must be a cell's.
    pub unsafe extern "C" fn slot(what: u32, at: *mut u32, value: u32) -> u32 {
        // SAFETY: the caller's.
        let cell = unsafe { AtomicU32::from_ptr(at) };
        match what {
            x if x == Do::Load as u32 => cell.load(SeqCst),
            x if x == Do::Store as u32 => {
                cell.store(value, SeqCst);
                0
            }
            x if x == Do::Add as u32 => cell.fetch_add(value, SeqCst),
            _ => 0,
        }
    }
}
