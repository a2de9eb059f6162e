//! Products of float32 matrices in tiles of a few rows and eight columns that stay in registers.
//!
//! `C[m, n] = A[m, k] B[k, n]`. A is read as it lies, row by row, B in the panels of `pack`.

use core::ops::Range;

use crate::simd::{F4, transposed};
use crate::strip::{self, Call, Kind, Strip};
use crate::window::Window;

/// Columns of a panel.
pub const PANEL: usize = 8;
/// Rows of a tile in plain instructions: eight sums, four values of A, one half of a panel and a product are fourteen
/// registers of fifteen.
const ROWS: usize = 4;
/// Rows that tiles of every kind fill.
pub(crate) const STEP: usize = 12;

/// What is added to a product.
#[derive(Debug, Clone, Copy)]
pub enum Start<'a> {
    /// Nothing.
    Zero,
    /// One value for each row of C.
    Rows(&'a [f32]),
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
        self.tiles(c, false, strip::installed());
    }

    /// Computes its transpose, `[n, m]`. The start is nothing, or for the rows of C.
    ///
    /// # Panics
    /// When the window is of another size, or a slice is too short.
    pub fn write_transposed(&self, c: Window<'_>) {
        assert!(!matches!(self.start, Start::Sum), "a start that can be transposed");
        assert!(c.size() == (self.n, self.m), "C is of another size");
        self.tiles(c, true, strip::installed());
    }

    fn tiles(&self, mut window: Window<'_>, transposed: bool, fused: Option<Strip>) {
        let &Self { m, k, n, a, b, b_stride, .. } = self;
        if m == 0 || n == 0 {
            return;
        }
        let panels = n.div_ceil(PANEL);
        assert!(a.data.len() >= (m - 1) * a.stride + k, "A is too short");
        assert!(b.len() >= (panels - 1) * b_stride + PANEL * k && b_stride >= PANEL * k, "B is too short");
        if let Start::Rows(rows) = self.start {
            assert!(rows.len() >= m, "a start for each row");
        }
        let (c, stride) = window.start();
        let to = Place { c, stride, transposed };
        let fused = fused.filter(|_| k > 0);
        let block = (BLOCK / (k * PANEL).max(1)).clamp(1, panels);
        for first in (0..panels).step_by(block) {
            let range = first..(first + block).min(panels);
            let columns = range.start * PANEL..(range.end * PANEL).min(n);
            let mut row = 0;
            while row < m {
                let rows = fused.map_or(if m - row < ROWS { 1 } else { ROWS }, |_| strip::height(m - row));
                // SAFETY: the lengths were checked above, and a tile ends at the last row and column.
                unsafe {
                    match fused {
                        Some(strip) => self.strip(strip, row..row + rows, range.clone(), to),
                        None if rows == ROWS => range.clone().for_each(|panel| self.tile::<ROWS>(row, panel, to)),
                        None => range.clone().for_each(|panel| self.tile::<1>(row, panel, to)),
                    }
                }
                if self.activation == Activation::Gelu && !transposed {
                    (row..row + rows).for_each(|r| crate::math::gelu(window.row(r, columns.clone())));
                }
                row += rows;
            }
            if self.activation == Activation::Gelu && transposed {
                columns.for_each(|column| crate::math::gelu(window.row(column, 0..m)));
            }
        }
    }

    /// Some rows times some panels by the fused kernel.
    unsafe fn strip(&self, strip: Strip, rows: Range<usize>, panels: Range<usize>, to: Place) {
        let whole = panels.end.min(self.n / PANEL) - panels.start;
        let first = panels.start * PANEL;
        let zeros = [0.0; strip::HIGHEST];
        // SAFETY: the caller's.
        unsafe {
            let call = Call {
                k: self.k,
                a: self.row(rows.start),
                row: 4 * self.a.stride,
                b: self.b.as_ptr().add(panels.start * self.b_stride),
                panel: 4 * self.b_stride,
                count: whole,
                c: to.at(rows.start, first),
                c_row: 4 * to.stride,
                start: if let Start::Rows(start) = self.start { start[rows.start..].as_ptr() } else { zeros.as_ptr() },
                height: rows.len(),
                kind: if to.transposed { Kind::Transposed } else { self.kind() },
                least: if self.activation == Activation::Relu { 0.0 } else { f32::NEG_INFINITY },
            };
            if whole > 0 {
                strip(&call);
            }
            if whole < panels.len() {
                let columns = first + whole * PANEL..self.n;
                let mut tile = [[0.0f32; PANEL]; strip::HIGHEST];
                if matches!(self.start, Start::Sum) {
                    to.read(rows.start, columns.clone(), &mut tile[..rows.len()]);
                }
                let (b, c) = (call.b.add(whole * self.b_stride), tile.as_mut_ptr().cast());
                strip(&Call { b, count: 1, c, c_row: 4 * PANEL, kind: self.kind(), ..call });
                to.write(rows.start, columns, &tile[..rows.len()]);
            }
        }
    }

    fn kind(&self) -> Kind {
        if matches!(self.start, Start::Sum) { Kind::Sums } else { Kind::Plain }
    }

    unsafe fn row(&self, row: usize) -> *const f32 {
        unsafe { self.a.data.as_ptr().add(row * self.a.stride) }
    }

    /// `MR` rows times one panel.
    #[inline(never)]
    unsafe fn tile<const MR: usize>(&self, row: usize, panel: usize, to: Place) {
        let columns = panel * PANEL..self.n.min((panel + 1) * PANEL);
        // SAFETY: the caller's.
        unsafe {
            let b = self.b.as_ptr().add(panel * self.b_stride);
            let mut sums = multiply::<MR>(self.k, (self.row(row), self.a.stride), b);
            match self.start {
                Start::Zero => {}
                Start::Rows(start) => {
                    for (sums, start) in sums.iter_mut().zip(&start[row..]) {
                        *sums = sums.map(|s| s.add(F4::splat(*start)));
                    }
                }
                Start::Sum => {
                    let mut tile = [[0.0f32; PANEL]; MR];
                    to.read(row, columns.clone(), &mut tile);
                    for (sums, start) in sums.iter_mut().zip(&tile) {
                        *sums = [sums[0].add(F4::load(start.as_ptr())), sums[1].add(F4::load(start.as_ptr().add(4)))];
                    }
                }
            }
            if self.activation == Activation::Relu {
                let zero = F4::splat(0.0);
                sums.iter_mut().for_each(|s| *s = s.map(|s| s.max(zero)));
            }
            let mut tile = [[0.0f32; PANEL]; MR];
            for (row, [low, high]) in tile.iter_mut().zip(sums) {
                low.store(row.as_mut_ptr());
                high.store(row.as_mut_ptr().add(4));
            }
            to.write(row, columns, &tile);
        }
    }
}

/// Where C lies.
#[derive(Clone, Copy)]
struct Place {
    c: *mut f32,
    /// Floats from one row to the next, or from one column to the next where it is written transposed.
    stride: usize,
    transposed: bool,
}

impl Place {
    unsafe fn at(self, row: usize, column: usize) -> *mut f32 {
        let (row, column) = if self.transposed { (column, row) } else { (row, column) };
        unsafe { self.c.add(row * self.stride + column) }
    }

    /// Some columns of a tile's rows, from `row` on.
    unsafe fn read(self, row: usize, columns: Range<usize>, tile: &mut [[f32; PANEL]]) {
        for (r, values) in tile.iter_mut().enumerate() {
            for (column, value) in columns.clone().zip(values) {
                // SAFETY: the caller's.
                *value = unsafe { *self.at(row + r, column) };
            }
        }
    }

    /// Writes them.
    #[inline(always)]
    unsafe fn write(self, row: usize, columns: Range<usize>, tile: &[[f32; PANEL]]) {
        // SAFETY: the caller's, here and below.
        unsafe {
            if self.transposed && tile.len() == ROWS && columns.len() == PANEL {
                for half in [0, 4] {
                    let quad = core::array::from_fn(|r| F4::load(tile[r].as_ptr().add(half)));
                    for (i, quad) in transposed(quad).into_iter().enumerate() {
                        quad.store(self.at(row, columns.start + half + i));
                    }
                }
                return;
            }
            for (r, values) in tile.iter().enumerate() {
                if self.transposed {
                    for (column, value) in columns.clone().zip(values) {
                        *self.at(row + r, column) = *value;
                    }
                } else {
                    let count = columns.len();
                    core::slice::from_raw_parts_mut(self.at(row + r, columns.start), count)
                        .copy_from_slice(&values[..count]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::{pack_transposed_into, packed_len};
    use crate::testing::{close, noise};

    fn plain(a: &[f32], weight: &[f32], k: usize) -> Vec<f64> {
        let dot = |x: &[f32], w: &[f32]| x.iter().zip(w).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum();
        a.chunks_exact(k).flat_map(|row| weight.chunks_exact(k).map(move |w| dot(row, w))).collect()
    }

    #[test]
    fn every_size_of_tile() {
        for (m, k, n) in [(1, 1, 1), (2, 3, 5), (5, 9, 8), (6, 7, 16), (7, 64, 17), (13, 300, 40), (197, 48, 33)] {
            check((m, k, n), None);
        }
    }

    /// The kernel that only browsers with relaxed SIMD have, in plain instructions: products by it are the same.
    #[test]
    fn products_by_an_installed_kernel() {
        for m in 1..30 {
            check((m, 37, 8 * (m % 3) + 5), Some(strip::slot));
            check((m, 3, 16), Some(strip::slot));
        }
    }

    fn check((m, k, n): (usize, usize, usize), fused: Option<Strip>) {
        let (a, w, bias) = (noise(m * k), noise(n * k), noise(m));
        let mut b = vec![f32::NAN; packed_len(k, n)];
        pack_transposed_into(Rows { data: &w, stride: k }, (n, k), 1.0, &mut b);
        let (a_rows, start, activation) = (Rows { data: &a, stride: k }, Start::Rows(&bias), Activation::Relu);
        let product = Product { m, k, n, a: a_rows, b: &b, b_stride: PANEL * k, start, activation };
        let products = plain(&a, &w, k);
        let want: Vec<f64> = products.iter().zip(0..).map(|(v, i)| (v + f64::from(bias[i / n])).max(0.0)).collect();
        let mut c = vec![f32::NAN; m * n];
        product.tiles(Window::new(&mut c, (m, n), n), false, fused);
        close(&c, &want);
        let again = Product { start: Start::Sum, activation: Activation::None, ..product };
        again.tiles(Window::new(&mut c, (m, n), n), false, fused);
        close(&c, &products.iter().zip(&want).map(|(a, b)| a + b).collect::<Vec<_>>());
        product.tiles(Window::new(&mut c, (n, m), m), true, fused);
        close(&c, &(0..m * n).map(|i| want[i % m * n + i / m]).collect::<Vec<_>>());
    }
}
