//! Products of float32 matrices in tiles of a few rows and eight columns that stay in registers.
//!
//! `C[m, n] = A[m, k] B[k, n]`. A is read as it lies, row by row. B is read in panels: eight of its columns side by
//! side,
//! `[n / 8][k][8]`, the last one filled up with zeros. Weights are packed so once, when they arrive.

use core::ops::Range;

use crate::simd::{F4, transposed};
use crate::strip::{self, Strip};
use crate::window::Window;

/// Columns of a panel.
pub const PANEL: usize = 8;
/// Rows of a tile: eight sums, four values of A, one half of a panel and a product are fourteen registers of fifteen.
pub const ROWS: usize = 4;

/// What is added to a product.
#[derive(Debug, Clone, Copy)]
pub enum Start<'a> {
    /// Nothing.
    Zero,
    /// One value for each row of C.
    Rows(&'a [f32]),
    /// One value for each column of C.
    Columns(&'a [f32]),
    /// What C holds already.
    Sum,
}

/// What is done to a finished sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Activation {
    /// Nothing.
    None,
    /// `max(x, 0)`.
    Relu,
    /// Exact GELU.
    Gelu,
}

/// Rows of a matrix in memory.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// From its first value on.
    pub data: &'a [f32],
    /// Values from one row to the next.
    pub stride: usize,
}

/// The floats of a packed matrix `[k, n]`.
pub fn packed_len(k: usize, n: usize) -> usize {
    n.div_ceil(PANEL) * PANEL * k
}

/// Packs `weight [n, k]`, as a linear layer stores it, for products `x weight^T`.
pub fn pack_transposed(weight: &[f32], k: usize) -> Vec<f32> {
    let n = weight.len() / k;
    let mut packed = vec![0.0; packed_len(k, n)];
    pack_transposed_into(Rows { data: weight, stride: k }, (n, k), 1.0, &mut packed);
    packed
}

/// The same of any `[n, k]` times a factor, into panels that are there already; what fills up the last is not written.
pub(crate) fn pack_transposed_into(rows: Rows<'_>, (n, k): (usize, usize), factor: f32, packed: &mut [f32]) {
    let whole = n / PANEL * PANEL;
    for (first, panel) in (0..whole).step_by(PANEL).zip(packed.chunks_exact_mut(PANEL * k)) {
        // SAFETY: eight rows of `k` values lie there, as the slice says.
        unsafe {
            pack_panel(&rows.data[first * rows.stride..][..(PANEL - 1) * rows.stride + k], rows.stride, factor, panel)
        };
    }
    for row in whole..n {
        let panel = &mut packed[row / PANEL * PANEL * k + row % PANEL..];
        let values = &rows.data[row * rows.stride..][..k];
        values.iter().zip(panel.iter_mut().step_by(PANEL)).for_each(|(&x, p)| *p = x * factor);
    }
}

/// Eight rows as a panel, four values of each at a time.
///
/// # Safety
/// `rows` must hold eight rows `stride` apart, each of an eighth of the panel's values.
unsafe fn pack_panel(rows: &[f32], stride: usize, factor: f32, panel: &mut [f32]) {
    let (k, factor4) = (panel.len() / PANEL, F4::splat(factor));
    let whole = k / 4 * 4;
    for i in (0..whole).step_by(4) {
        let quad = |first: usize| {
            // SAFETY: the caller's.
            transposed(core::array::from_fn(|r| unsafe { F4::load(rows.as_ptr().add((first + r) * stride + i)) }))
        };
        for (column, (low, high)) in quad(0).into_iter().zip(quad(4)).enumerate() {
            // SAFETY: the panel has eight values for each of the row's.
            unsafe {
                let to = panel.as_mut_ptr().add((i + column) * PANEL);
                low.mul(factor4).store(to);
                high.mul(factor4).store(to.add(4));
            }
        }
    }
    for (i, out) in panel.chunks_exact_mut(PANEL).enumerate().skip(whole) {
        for (r, out) in out.iter_mut().enumerate() {
            *out = rows[r * stride + i] * factor;
        }
    }
}

/// Packs `[k, n]` as it stands; what fills up the last panel is not written.
pub(crate) fn pack_into(rows: Rows<'_>, (k, n): (usize, usize), packed: &mut [f32]) {
    for (i, panel) in packed.chunks_exact_mut(PANEL * k).enumerate().take(n.div_ceil(PANEL)) {
        let columns = i * PANEL..n.min((i + 1) * PANEL);
        for (row, out) in panel.chunks_exact_mut(PANEL).enumerate() {
            let values = &rows.data[row * rows.stride..][columns.clone()];
            out[..values.len()].copy_from_slice(values);
        }
    }
}

/// The sums of one tile: `MR` rows of A times one panel.
///
/// # Safety
/// `a` must have `MR` rows of `k` floats `lda` apart, `b` a panel of `8 k` floats.
#[inline(always)]
unsafe fn multiply<const MR: usize>(k: usize, (a, lda): (*const f32, usize), b: *const f32) -> [[F4; 2]; MR] {
    unsafe {
        let mut sums = [[F4::splat(0.0); 2]; MR];
        // One step at a time, with pointers that move on: unrolled, the compiler sums row by row over several steps and
        // spills what it loaded for them.
        let mut rows: [*const f32; MR] = core::array::from_fn(|r| a.add(r * lda));
        let mut b = b;
        for _ in 0..k {
            let (low, high) = (F4::load(b), F4::load(b.add(4)));
            for (row, sums) in rows.iter_mut().zip(&mut sums) {
                let x = F4::load_splat(*row);
                *sums = [x.mul_add(low, sums[0]), x.mul_add(high, sums[1])];
                *row = row.add(1);
            }
            b = b.add(PANEL);
        }
        sums
    }
}

/// Adds the start to a tile's sums, applies the activation, and writes `count <= 8` columns at `c`.
///
/// # Safety
/// `c` must have `MR` rows of `count` floats `ldc` apart (`count` rows of `MR`, transposed), and `start` what it says
/// for these rows or columns.
#[inline(always)]
unsafe fn finish<const MR: usize>(
    mut sums: [[F4; 2]; MR],
    (c, ldc): (*mut f32, usize),
    count: usize,
    start: TileStart,
    finish: Finish,
) {
    unsafe {
        for (r, sums) in sums.iter_mut().enumerate() {
            let start = match start {
                TileStart::Zero => continue,
                TileStart::Rows(rows) => [F4::load_splat(rows.add(r)); 2],
                TileStart::Columns(columns) => load_columns(columns, count),
                TileStart::Sum => load_columns(c.add(r * ldc), count),
            };
            *sums = [sums[0].add(start[0]), sums[1].add(start[1])];
        }
        if finish.activation == Activation::Relu {
            let zero = F4::splat(0.0);
            sums.iter_mut().for_each(|s| *s = [s[0].max(zero), s[1].max(zero)]);
        }
        if finish.transposed {
            let mut values = [[0.0f32; PANEL]; MR];
            for (row, [low, high]) in values.iter_mut().zip(sums) {
                low.store(row.as_mut_ptr());
                high.store(row.as_mut_ptr().add(4));
            }
            if finish.activation == Activation::Gelu {
                crate::math::gelu(values.as_flattened_mut());
            }
            if MR == ROWS && count == PANEL {
                let quad =
                    |half: usize| transposed(core::array::from_fn(|r| F4::load(values[r % MR].as_ptr().add(4 * half))));
                for (column, value) in quad(0).into_iter().chain(quad(1)).enumerate() {
                    value.store(c.add(column * ldc));
                }
                return;
            }
            for column in 0..count {
                for (r, row) in values.iter().enumerate() {
                    *c.add(column * ldc + r) = row[column];
                }
            }
            return;
        }
        for (r, [low, high]) in sums.into_iter().enumerate() {
            let c = c.add(r * ldc);
            if count == PANEL {
                low.store(c);
                high.store(c.add(4));
            } else {
                let values = [low.to_array(), high.to_array()];
                core::ptr::copy_nonoverlapping(values.as_ptr().cast::<f32>(), c, count);
            }
        }
    }
}

#[inline(always)]
unsafe fn load_columns(p: *const f32, count: usize) -> [F4; 2] {
    unsafe {
        if count == PANEL {
            return [F4::load(p), F4::load(p.add(4))];
        }
        let mut values = [0.0f32; PANEL];
        core::ptr::copy_nonoverlapping(p, values.as_mut_ptr(), count);
        [F4::load(values.as_ptr()), F4::load(values.as_ptr().add(4))]
    }
}

/// What becomes of a tile's sums.
#[derive(Clone, Copy)]
struct Finish {
    activation: Activation,
    transposed: bool,
}

#[derive(Clone, Copy)]
enum TileStart {
    Zero,
    Rows(*const f32),
    Columns(*const f32),
    Sum,
}

/// A whole product: `C = start + A B`, then the activation. B is packed.
#[derive(Clone, Copy)]
pub struct Product<'a> {
    /// Rows of A.
    pub m: usize,
    /// Columns of A, rows of B.
    pub k: usize,
    /// Columns of B.
    pub n: usize,
    /// `[m, k]`.
    pub a: Rows<'a>,
    /// `[n / 8][k][8]`, or a stretch of each panel: see `b_stride`.
    pub b: &'a [f32],
    /// Floats from one panel to the next; `8 k` when the panels are whole.
    pub b_stride: usize,
    /// What the sums start from.
    pub start: Start<'a>,
    /// What is done to them.
    pub activation: Activation,
}

/// Panels that are kept in the second-level cache while the rows of A pass.
const BLOCK: usize = 64 * 1024;

impl Product<'_> {
    /// Computes it into a window of its size.
    ///
    /// # Panics
    /// When the window is of another size, or a slice is too short.
    pub fn write(&self, c: Window<'_>) {
        assert!(c.size() == (self.m, self.n), "C is of another size");
        self.tiles(c, false);
    }

    /// Computes its transpose, `[n, m]`. The start is nothing, or for the rows of C.
    ///
    /// # Panics
    /// When the window is of another size, or a slice is too short.
    pub fn write_transposed(&self, c: Window<'_>) {
        assert!(matches!(self.start, Start::Zero | Start::Rows(_)), "a start that can be transposed");
        assert!(c.size() == (self.n, self.m), "C is of another size");
        self.tiles(c, true);
    }

    fn tiles(&self, mut window: Window<'_>, transposed: bool) {
        let &Self { m, k, n, a, b, b_stride, .. } = self;
        if m == 0 || n == 0 {
            return;
        }
        let (c, stride) = window.start();
        let panels = n.div_ceil(PANEL);
        assert!(a.data.len() >= (m - 1) * a.stride + k, "A is too short");
        assert!(b.len() >= (panels - 1) * b_stride + PANEL * k && b_stride >= PANEL * k, "B is too short");
        match self.start {
            Start::Rows(rows) => assert!(rows.len() >= m, "a start for each row"),
            Start::Columns(columns) => assert!(columns.len() >= n, "a start for each column"),
            Start::Zero | Start::Sum => {}
        }
        let fused = strip::installed();
        let block = (BLOCK / (k * PANEL).max(1)).clamp(1, panels);
        for first in (0..panels).step_by(block) {
            let range = first..(first + block).min(panels);
            let mut row = 0;
            while row < m {
                // The few rows that are left over are computed one by one: tiles for each number would double the code.
                let rows = if m - row >= ROWS { ROWS } else { 1 };
                // SAFETY: the lengths were checked above, and a tile ends at the last row and column.
                unsafe {
                    match fused {
                        Some(strip) if rows == ROWS && k > 0 => {
                            self.strips(strip, row, range.clone(), c, (stride, transposed));
                        }
                        _ => range.clone().for_each(|panel| {
                            self.tile(row, rows, panel, c, (stride, transposed));
                        }),
                    }
                }
                if self.activation == Activation::Gelu && !transposed {
                    let columns = range.start * PANEL..(range.end * PANEL).min(n);
                    for r in row..row + rows {
                        crate::math::gelu(window.row(r, columns.clone()));
                    }
                }
                row += rows;
            }
        }
    }

    /// Tiles of one panel after the other by the fused kernel.
    unsafe fn strips(&self, strip: Strip, row: usize, panels: Range<usize>, c: *mut f32, to: (usize, bool)) {
        let mut sums = [[[0.0f32; PANEL]; ROWS]; strip::PANELS];
        let mut first = panels.start;
        while first < panels.end {
            let count = strip::PANELS.min(panels.end - first);
            unsafe {
                let (a, b) = (self.row(row), self.b.as_ptr().add(first * self.b_stride));
                strip(self.k, a, 4 * self.a.stride, b, 4 * self.b_stride, count, sums.as_mut_ptr().cast());
                for (i, tile) in sums[..count].iter().enumerate() {
                    let tile = tile.map(|row| [F4::load(row.as_ptr()), F4::load(row.as_ptr().add(4))]);
                    self.end(tile, row, first + i, c, to);
                }
            }
            first += count;
        }
    }

    unsafe fn row(&self, row: usize) -> *const f32 {
        unsafe { self.a.data.as_ptr().add(row * self.a.stride) }
    }

    #[inline(never)]
    unsafe fn tile(&self, row: usize, rows: usize, panel: usize, c: *mut f32, to: (usize, bool)) {
        unsafe {
            let a = (self.row(row), self.a.stride);
            let b = self.b.as_ptr().add(panel * self.b_stride);
            match rows {
                ROWS => self.end(multiply::<ROWS>(self.k, a, b), row, panel, c, to),
                _ => self.end(multiply::<1>(self.k, a, b), row, panel, c, to),
            }
        }
    }

    #[inline(never)]
    unsafe fn end<const MR: usize>(
        &self,
        sums: [[F4; 2]; MR],
        row: usize,
        panel: usize,
        c: *mut f32,
        (stride, transposed): (usize, bool),
    ) {
        let column = panel * PANEL;
        let count = PANEL.min(self.n - column);
        unsafe {
            let c = (c.add(if transposed { column * stride + row } else { row * stride + column }), stride);
            let start = match self.start {
                Start::Zero => TileStart::Zero,
                Start::Sum => TileStart::Sum,
                Start::Rows(rows) => TileStart::Rows(rows.as_ptr().add(row)),
                Start::Columns(columns) => TileStart::Columns(columns.as_ptr().add(column)),
            };
            finish(sums, c, count, start, Finish { activation: self.activation, transposed });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{close, noise};

    fn plain(a: &[f32], weight: &[f32], k: usize) -> Vec<f64> {
        let dot = |x: &[f32], w: &[f32]| x.iter().zip(w).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum();
        a.chunks_exact(k).flat_map(|row| weight.chunks_exact(k).map(move |w| dot(row, w))).collect()
    }

    #[test]
    fn every_size_of_tile() {
        for (m, k, n) in [(1, 1, 1), (2, 3, 5), (5, 9, 8), (6, 7, 16), (7, 64, 17), (13, 300, 40), (197, 48, 33)] {
            let (a, w) = (noise(m * k), noise(n * k));
            let packed = pack_transposed(&w, k);
            let bias = noise(n);
            let product = Product {
                m,
                k,
                n,
                a: Rows { data: &a, stride: k },
                b: &packed,
                b_stride: PANEL * k,
                start: Start::Columns(&bias),
                activation: Activation::Relu,
            };
            let mut c = vec![f32::NAN; m * n];
            product.write(Window::new(&mut c, (m, n), n));
            let want: Vec<f64> =
                plain(&a, &w, k).iter().enumerate().map(|(i, v)| (v + f64::from(bias[i % n])).max(0.0)).collect();
            close(&c, &want);
            let again = Product { start: Start::Sum, activation: Activation::None, ..product };
            again.write(Window::new(&mut c, (m, n), n));
            let want: Vec<f64> = plain(&a, &w, k).iter().zip(&want).map(|(a, b)| a + b).collect();
            close(&c, &want);
        }
    }

    /// The kernel that only browsers with relaxed SIMD have, in plain instructions: products by it are the same.
    #[test]
    fn products_by_an_installed_kernel() {
        let (m, k, n) = (14, 37, 8 * strip::PANELS + 13);
        let (a, w, bias) = (noise(m * k), noise(n * k), noise(m));
        let packed = pack_transposed(&w, k);
        let product = Product {
            m,
            k,
            n,
            a: Rows { data: &a, stride: k },
            b: &packed,
            b_stride: PANEL * k,
            start: Start::Rows(&bias),
            activation: Activation::Relu,
        };
        let want: Vec<f64> =
            plain(&a, &w, k).iter().enumerate().map(|(i, v)| (v + f64::from(bias[i / n])).max(0.0)).collect();
        let mut c = vec![f32::NAN; m * n];
        let panels = n.div_ceil(PANEL);
        for first in (0..m / ROWS * ROWS).step_by(ROWS) {
            // SAFETY: the product fits, and `slot` is such a kernel.
            unsafe { product.strips(strip::slot, first, 0..panels, c.as_mut_ptr(), (n, false)) };
        }
        let whole = m / ROWS * ROWS * n;
        close(&c[..whole], &want[..whole]);
    }
}
