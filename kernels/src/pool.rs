//! Several cores for one piece of work. Helpers are instances of the same module on the same memory, each in a worker
//! of its own; natively, in the tests, they are threads.
//!
//! The build knows nothing of threads, so a helper must not allocate: all it is handed, its scratch included, was
//! allocated by the one core that calls [`each`]. Who computes a part does not matter to a bit of the result, since
//! every part writes its own values and no sum is cut.

use core::cell::{Cell as Own, RefCell, UnsafeCell};

use crate::cells::{Cell, WAIT_MS};

mod parts;

pub(crate) use parts::{Grid, parts_wanted, stretches};

/// A helper stopped in the middle of its work. What it was writing to must never be used again, since it might still
/// write there; [`computed`] sees to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

/// What is cheaper than so many multiplications is not shared: some ten microseconds, what waking a helper takes.
const WORTH: usize = 300_000;
/// How often a core looks for news before it sleeps, some tens of microseconds.
const LOOKS: u32 = 20_000;
/// A helper that has not finished its part after so long is given up.
const PATIENCE_MS: u32 = if cfg!(test) { 200 } else { 5_000 };
/// Floats of scratch that a helper begins with.
const SCRATCH: usize = 64 * 1024;

/// A helper's scratch memory.
struct Arena(*mut f32, usize);

impl Arena {
    fn new(floats: usize) -> Self {
        let memory = vec![0.0f32; floats].leak();
        Self(memory.as_mut_ptr(), floats)
    }
}

type Work<'a> = dyn Fn(usize, &mut [f32]) + 'a;

#[derive(Clone, Copy)]
struct Job {
    work: *const Work<'static>,
    parts: u32,
}

/// What the cores that work together share.
pub struct Pool {
    /// Counts the jobs; helpers sleep by it.
    turn: Cell,
    /// Whether there is a job that may be joined.
    open: Cell,
    /// The next part that nobody has taken.
    next: Cell,
    /// Helpers that look at the job.
    busy: Cell,
    /// Helpers that sleep.
    asleep: Cell,
    /// Helpers that have come.
    ready: Cell,
    /// Whether one has trapped.
    lost: Cell,
    job: UnsafeCell<Option<Job>>,
    arenas: UnsafeCell<Vec<Arena>>,
}

// SAFETY: `job` and `arenas` are written by the one core that owns the pool, while no helper looks at the job.
unsafe impl Sync for Pool {}
// SAFETY: as above.
unsafe impl Send for Pool {}

thread_local! {
    /// The pool of this core, if it has one. A helper has none: its parts are not cut further.
    static OWN: Own<Option<&'static Pool>> = const { Own::new(None) };
    static SCRATCH_OF_ONE: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

impl Pool {
    /// Room for so many helpers, whose work this core hands out from now on.
    pub fn found(helpers: usize) -> &'static Self {
        let arenas = (0..helpers).map(|_| Arena::new(SCRATCH)).collect();
        let zero = || Cell::new(0);
        let pool = Box::leak(Box::new(Self {
            turn: zero(),
            open: zero(),
            next: zero(),
            busy: zero(),
            asleep: zero(),
            ready: zero(),
            lost: zero(),
            job: UnsafeCell::new(None),
            arenas: UnsafeCell::new(arenas),
        }));
        OWN.set(Some(pool));
        pool
    }

    /// Helps for ever, as the helper of this number.
    pub fn help(&self, number: usize) -> ! {
        self.ready.add(1);
        let mut seen = 0;
        loop {
            self.sleep(&mut seen);
            self.busy.add(1);
            if self.open.load() == 1 {
                // SAFETY: the job and the arenas stay while it is open or somebody is busy.
                let (job, arenas) = unsafe { (*self.job.get(), &*self.arenas.get()) };
                if let (Some(job), Some(arena)) = (job, arenas.get(number)) {
                    // SAFETY: its scratch is this helper's alone.
                    self.take_parts(job, unsafe { core::slice::from_raw_parts_mut(arena.0, arena.1) });
                }
            }
            self.busy.add(u32::MAX);
            self.busy.wake();
        }
    }

    /// Until there is another job than the one that was seen.
    fn sleep(&self, seen: &mut u32) {
        for _ in 0..LOOKS {
            let turn = self.turn.load();
            if turn != *seen {
                *seen = turn;
                return;
            }
            core::hint::spin_loop();
        }
        self.asleep.add(1);
        while self.turn.load() == *seen {
            self.turn.sleep(*seen);
        }
        self.asleep.add(u32::MAX);
        *seen = self.turn.load();
    }

    fn take_parts(&self, job: Job, scratch: &mut [f32]) {
        loop {
            let part = self.next.add(1);
            if part >= job.parts {
                return;
            }
            // SAFETY: the job stays until all who work at it have left.
            unsafe { (*job.work)(part as usize, scratch) };
        }
    }

    /// Helpers that are here, none once one was lost.
    fn helpers(&self) -> usize {
        if self.lost.load() == 0 { self.ready.load() as usize } else { 0 }
    }

    fn run(&self, parts: usize, floats: usize, work: Box<Work<'_>>) -> Result<(), Lost> {
        let work = Box::into_raw(work);
        // SAFETY: whoever looks at the job is waited for below, before what it borrows ends.
        let shared = unsafe { core::mem::transmute::<*const Work<'_>, *const Work<'static>>(work) };
        let job = Job { work: shared, parts: parts as u32 };
        // SAFETY: nobody looks at the job while it is closed.
        unsafe {
            let arenas = &mut *self.arenas.get();
            for arena in arenas.iter_mut().filter(|a| a.1 < floats) {
                drop(Vec::from_raw_parts(arena.0, arena.1, arena.1));
                *arena = Arena::new(floats);
            }
            *self.job.get() = Some(job);
        }
        self.next.store(0);
        self.open.store(1);
        self.turn.add(1);
        if self.asleep.load() > 0 {
            self.turn.wake();
        }
        alone(floats, |scratch| self.take_parts(job, scratch));
        self.open.store(0);
        self.settle()?;
        // SAFETY: nobody works at it any more.
        drop(unsafe { Box::from_raw(work) });
        Ok(())
    }

    /// Waits for those who are still at their part. One who is lost keeps the job: it may yet look at it.
    fn settle(&self) -> Result<(), Lost> {
        let mut waited = 0;
        for look in 0.. {
            let busy = self.busy.load();
            if self.lost.load() != 0 || waited > PATIENCE_MS {
                self.lost.store(1);
                return Err(Lost);
            }
            if busy == 0 {
                return Ok(());
            }
            if look > LOOKS {
                self.busy.wait(busy);
                waited += if self.busy.load() == busy { WAIT_MS } else { 0 };
            }
        }
        Ok(())
    }

    /// A helper trapped: nobody is to wait for it. To be called by the core that it ran on.
    pub fn lose(&self) {
        self.lost.store(1);
        self.busy.wake();
    }
}

/// The cores that work is shared among now, this one included.
pub fn cores() -> usize {
    OWN.get().map_or(1, |pool| pool.helpers() + 1)
}

/// Whether this core had helpers and has lost one.
pub fn is_broken() -> bool {
    OWN.get().is_some_and(|pool| pool.lost.load() != 0)
}

/// Scratch memory of the one core that does not help.
fn alone<T>(floats: usize, work: impl FnOnce(&mut [f32]) -> T) -> T {
    SCRATCH_OF_ONE.with(|scratch| {
        let scratch = &mut *scratch.borrow_mut();
        if scratch.len() < floats {
            *scratch = vec![0.0; floats];
        }
        work(&mut scratch[..])
    })
}

/// Computes `work(part, scratch)` for every part, each with so many floats of scratch, which hold anything at first;
/// on all cores where it is worth it. `cost` is what the whole takes, in multiplications.
///
/// A lost helper may yet go on with its part. So `work` owns what it goes by (`move`), and writes through windows that it
/// owns alone: then it can read what is there no longer, but write only to what [`computed`] has put aside.
///
/// # Errors
/// When a helper was lost: what the parts write to is not whole, and must go through [`computed`].
pub(crate) fn each(parts: usize, floats: usize, cost: usize, work: impl Fn(usize, &mut [f32])) -> Result<(), Lost> {
    match OWN.get() {
        Some(pool) if parts > 1 && cost >= WORTH && pool.helpers() > 0 => pool.run(parts, floats, Box::new(work)),
        _ => {
            alone(floats, |scratch| (0..parts).for_each(|part| work(part, scratch)));
            Ok(())
        }
    }
}

/// `len` values that `fill` computes, all of them, in memory that holds anything at first. Where a helper is lost over them
/// they are computed anew in other memory, by this core alone, and the old is kept for good.
pub fn computed(len: usize, fill: impl Fn(&mut [f32]) -> Result<(), Lost>) -> Vec<f32> {
    loop {
        let mut values = room(len);
        if fill(&mut values).is_ok() {
            return values;
        }
        core::mem::forget(values);
    }
}

/// Memory for so many values. Zeros are not written to it, which one core spent a hundredth of a network's time on; in
/// tests it holds NaN, so that what is not computed shows.
fn room(len: usize) -> Vec<f32> {
    if cfg!(debug_assertions) {
        return vec![f32::NAN; len];
    }
    let mut values = core::mem::ManuallyDrop::new(Vec::<f32>::with_capacity(len));
    // What it holds, the compiler must not know: it is whatever was there, and every such value is a float.
    let memory = core::hint::black_box(values.as_mut_ptr());
    // SAFETY: the vector's own memory, of which it has at least so much.
    unsafe { Vec::from_raw_parts(memory, len, values.capacity()) }
}

#[cfg(test)]
mod tests;
