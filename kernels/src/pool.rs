//! Several cores for one piece of work. Helpers are instances of the same module on the same memory, each in a worker
//! of its own; natively, in the tests, they are threads.
//!
//! The build knows nothing of threads, so a helper must not allocate: all it is handed, its scratch included, was
//! allocated by the one core that calls [`each`]. Who computes a part does not matter to a bit of the result, since
//! every part writes its own values and no sum is cut.

use core::cell::{Cell as Own, RefCell, UnsafeCell};
use core::ops::Range;

use crate::cells::{Cell, WAIT_MS};

/// A helper stopped in the middle of its work. What it was writing to must never be used again, since it might still
/// write there; [`computed`] sees to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

/// Parts for each core, so that one that is slow or late does fewer.
const PARTS: usize = 3;
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

/// How rows and columns of a result, the columns counted in whole panels, are cut into parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    rows: usize,
    step: usize,
    panels: usize,
    /// Parts from top to bottom, and from left to right.
    down: usize,
    across: usize,
}

impl Grid {
    /// Blocks of at most `most` panels, which stay in a cache, as equal as can be. For several cores they are made smaller,
    /// but not below `least`, and then cut by rows, of which there is a multiple of `step` in each.
    pub(crate) fn new(rows: (usize, usize), panels: usize, bounds: (usize, usize)) -> Self {
        Self::of_many(1, rows, panels, bounds)
    }

    /// The same of one of several such results, each of which is cut alike.
    pub(crate) fn of_many(
        results: usize,
        (rows, step): (usize, usize),
        panels: usize,
        (least, most): (usize, usize),
    ) -> Self {
        let natural = panels.div_ceil(most).max(1);
        let wanted = parts_wanted().div_ceil(results.max(1));
        // As many for one core as for another, where each is cut for all.
        let cores = if wanted > 1 { cores() } else { 1 };
        let across = natural.max(wanted.min(panels / least)).next_multiple_of(cores).min(natural.max(panels / least));
        let down = wanted.div_ceil(across).min(rows.div_ceil(step)).max(1);
        Self { rows, step, panels, down, across }
    }

    pub(crate) fn parts(&self) -> usize {
        self.down * self.across
    }

    /// Panels of the widest part.
    pub(crate) fn wide(&self) -> usize {
        self.panels.div_ceil(self.across)
    }

    /// Rows of the highest part.
    pub(crate) fn high(&self) -> usize {
        self.rows.div_ceil(self.step).div_ceil(self.down) * self.step
    }

    /// Rows and panels of a part.
    pub(crate) fn part(&self, part: usize) -> (Range<usize>, Range<usize>) {
        let steps = share(self.rows.div_ceil(self.step), part / self.across, self.down);
        let rows = steps.start * self.step..self.rows.min(steps.end * self.step);
        (rows, share(self.panels, part % self.across, self.across))
    }
}

/// The share of `n` that a part of so many has; no two differ by more than one.
fn share(n: usize, part: usize, parts: usize) -> Range<usize> {
    n * part / parts..n * (part + 1) / parts
}

/// Parts that are enough for all cores.
pub(crate) fn parts_wanted() -> usize {
    if cores() == 1 { 1 } else { PARTS * cores() }
}

/// Stretches of `0..n` of equal length, for work without panels.
pub(crate) fn stretches(n: usize) -> (usize, impl Fn(usize) -> Range<usize> + Copy) {
    let each = n.div_ceil(parts_wanted()).max(1);
    (n.div_ceil(each), move |part| part * each..((part + 1) * each).min(n))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::attention::{self, Bias, Heads};
    use crate::conv::{self, Ending};
    use crate::cut::{self, Cut};
    use crate::gemm::{Activation, Rows};
    use crate::testing::noise;
    use crate::window::Window;
    use crate::{batch_norm, linear, math, max_pool};

    /// What a network's kernels give, in bits.
    fn results() -> Vec<Vec<u32>> {
        let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect::<Vec<_>>();
        let mut all = Vec::new();
        for (rows, k, columns) in [(197, 96, 90), (700, 64, 31), (49, 256, 130), (2, 512, 1001)] {
            let (x, weight, bias) = (noise(rows * k), noise(columns * k), noise(columns));
            let residual = noise(rows * columns);
            for activation in [Activation::None, Activation::Relu, Activation::Gelu] {
                all.push(bits(computed(rows * columns, |out| {
                    let out = Window::new(out, (rows, columns), columns);
                    let residual =
                        (activation == Activation::None).then_some(Rows { data: &residual, stride: columns });
                    linear::linear((&x, k), &weight, linear::Ending { bias: Some(&bias), residual, activation }, out)
                })));
            }
        }
        for (channels, side, out, kernel, stride, padding, groups) in [
            (3, 61, 21, 7, 2, 3, 1),
            (64, 7, 130, 3, 1, 1, 1),
            (18, 33, 37, 3, 1, 1, 1),
            (64, 14, 70, 3, 1, 1, 1),
            (3, 96, 50, 16, 16, 0, 1),
            (24, 20, 40, 3, 1, 1, 2),
        ] {
            let s = conv::Shape { channels, height: side, width: side, out, kernel, stride, padding, groups };
            let (input, weight) = (noise(channels * side * side), noise(out * channels / groups * kernel * kernel));
            let (bias, residual) = (noise(out), noise(s.out_len()));
            let ending = Ending { bias: Some(&bias), residual: Some(&residual), activation: Activation::Relu };
            all.push(bits(computed(s.out_len(), |out| conv::conv2d(&s, &input, &weight, ending, out))));
        }
        for (batch, heads, tokens, width) in [(1, 3, 197, 32), (16, 4, 49, 32)] {
            let s = attention::Shape { batch, heads, tokens, width };
            let qkv = noise(batch * tokens * 3 * heads * width);
            let token = 3 * heads * width;
            let part = |i: usize| Heads { data: &qkv[i * heads * width..], batch: tokens * token, head: width, token };
            let relative = noise(heads * tokens * tokens);
            let bias = Bias { relative: Some(&relative), mask: None };
            let weights = computed(batch * heads * tokens * tokens, |out| {
                attention::weights(s, (part(0), part(1)), 0.2, bias, out)
            });
            let len = batch * tokens * heads * width;
            all.push(bits(computed(len, |out| attention::attend(s, &weights, part(2), out))));
            let parts = (part(0), part(1), part(2));
            all.push(bits(computed(len, |out| attention::attention(s, parts, 0.2, bias, out))));
            assert_eq!(all[all.len() - 1], all[all.len() - 2], "what is fused is what is not");
            all.push(bits(weights));
        }
        let (x, weight, bias) = (noise(301 * 192), noise(192), noise(192));
        all.push(bits(computed(x.len(), |out| math::layer_norm(&x, (&weight, &bias), 1e-6, None, out))));
        all.push(bits(computed(x.len(), |out| math::gelu_into(&x, out))));
        let (x, c, windows) = (noise(28 * 42 * 96), 96, Cut { height: 28, width: 42, side: 7, shift: 3 });
        let (weight, bias) = (&noise(c), &noise(c));
        let normed = computed(x.len(), |out| math::layer_norm(&x, (weight, bias), 1e-6, None, out));
        let apart = computed(x.len(), |out| cut::windows(&normed, c, windows, out));
        let at_once = computed(x.len(), |out| math::layer_norm(&x, (weight, bias), 1e-6, Some(windows), out));
        assert!(apart == at_once, "what is fused is what is not");
        all.push(bits(computed(x.len(), |out| cut::maps(&apart, c, windows, Some(&x), out))));
        all.push(bits(computed(x.len(), |out| cut::neighbours(&x, (42, c), out))));
        all.push(bits(apart));
        let s = max_pool::Shape { height: 112, width: 84, kernel: 3, stride: 2, padding: 1 };
        let (h, w) = s.size();
        all.push(bits(computed(12 * h * w, |out| max_pool::max_pool(&s, &x, out))));
        all.extend(of_training().into_iter().map(bits));
        all
    }

    /// What a step of training computes of a batch.
    fn of_training() -> Vec<Vec<f32>> {
        const BATCH: usize = 5;
        let mut all = Vec::new();
        for (channels, side, out, kernel, stride) in [(16, 18, 20, 3, 1), (3, 15, 24, 5, 2), (8, 12, 90, 3, 1)] {
            let s = conv::Shape { channels, height: side, width: side, out, kernel, stride, padding: 1, groups: 1 };
            let (input, weight) = (noise(BATCH * s.in_len()), noise(out * channels * kernel * kernel));
            let by_output = noise(BATCH * s.out_len());
            let none = Ending { bias: None, residual: None, activation: Activation::None };
            let gradient = conv::backward::InputGradient::new(&s, &weight);
            all.push(computed(by_output.len(), |out| conv::conv2d(&s, &input, &weight, none, out)));
            all.push(computed(input.len(), |out| gradient.write(&by_output, out)));
            all.push(computed(weight.len(), |out| conv::backward::weight_gradient(&s, &input, &by_output, out)));
        }
        let s = batch_norm::Shape { batch: BATCH, channels: 33, pixels: 900 };
        let (x, by_output, weight) = (noise(5 * 33 * 900), noise(5 * 33 * 900), noise(33));
        let (mean, variance) = batch_norm::statistics(s, &x);
        let gradients = batch_norm::Gradients::new(s, (&x, &by_output), &weight, (&mean, &variance), 1e-5);
        all.push(computed(x.len(), |out| gradients.write_input(s, (&x, &by_output), out)));
        all.extend([mean, variance, gradients.by_weight, gradients.by_bias]);
        let (rows, columns, k) = (300, 70, 90);
        let (x, by_output, weight) = (noise(rows * k), noise(rows * columns), noise(columns * k));
        let sizes = (rows, columns, k);
        all.push(computed(x.len(), |out| linear::backward::input_gradient(&by_output, &weight, sizes, out)));
        all.push(computed(weight.len(), |out| linear::backward::weight_gradient(&by_output, &x, sizes, out)));
        all
    }

    fn found(helpers: usize) -> &'static Pool {
        let pool = Pool::found(helpers);
        for number in 0..helpers {
            std::thread::spawn(move || {
                crate::testing::forbid_allocation();
                pool.help(number)
            });
        }
        while cores() <= helpers {
            std::thread::yield_now();
        }
        pool
    }

    #[test]
    fn several_cores_give_the_bits_of_one() {
        let one = results();
        for helpers in [1, 4] {
            let pool = found(helpers);
            for _ in 0..3 {
                for (i, (several, one)) in results().iter().zip(&one).enumerate() {
                    assert!(several == one, "result {i} with {helpers} helpers");
                }
            }
            assert!(pool.turn.load() > 20, "work was shared");
        }
    }

    #[test]
    fn every_part_is_computed_once() {
        found(3);
        for parts in 1..200 {
            let counts: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
            let count = |part: usize, scratch: &mut [f32]| {
                scratch[..500].fill(part as f32);
                counts[part].fetch_add(1, Ordering::Relaxed);
                assert!(scratch[..500].iter().all(|&x| x == part as f32), "somebody else wrote to this scratch");
            };
            each(parts, 500 * parts, WORTH, count).unwrap();
            assert!(counts.iter().all(|c| c.load(Ordering::Relaxed) == 1));
        }
    }

    #[test]
    fn a_helper_that_stops_is_done_without() {
        let pool = found(1);
        let owner = std::thread::current().id();
        let helped = AtomicUsize::new(0);
        let values = computed(64, |values| {
            let values = Window::new(values, (64, 1), 1);
            each(64, 0, WORTH, |part, _| {
                if std::thread::current().id() != owner {
                    helped.fetch_add(1, Ordering::SeqCst);
                    loop {
                        std::thread::park();
                    }
                }
                // The first waits until the helper has one too.
                while helped.load(Ordering::SeqCst) == 0 {
                    std::thread::yield_now();
                }
                // SAFETY: every part has a row of its own.
                unsafe { values.part(part..part + 1, 0..1) }.whole()[0] = part as f32;
            })
        });
        assert!(values.iter().enumerate().all(|(i, &x)| x == i as f32));
        assert_eq!(helped.load(Ordering::SeqCst), 1);
        assert!(cores() == 1 && is_broken() && pool.helpers() == 0);
    }

    #[test]
    fn grids_cover_all() {
        for (rows, panels, most) in [(1, 1, 1), (192, 25, 32), (10, 1, 5), (512, 7, 5), (4, 100, 3)] {
            let grid = Grid::new((rows, 4), panels, (3, most));
            let mut seen = vec![0; rows * panels];
            for part in 0..grid.parts() {
                let (r, p) = grid.part(part);
                assert!(r.start % 4 == 0 && r.len() <= grid.high() && p.len() <= grid.wide().min(most));
                r.for_each(|r| p.clone().for_each(|p| seen[r * panels + p] += 1));
            }
            assert!(seen.iter().all(|&n| n == 1));
        }
    }
}
