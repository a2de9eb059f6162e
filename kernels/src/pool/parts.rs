//! How work is cut into parts for the cores.

use core::ops::Range;

use super::cores;

/// Parts for each core, so that one that is slow or late does fewer.
const PARTS: usize = 3;

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
