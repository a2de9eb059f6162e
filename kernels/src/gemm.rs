//! Products of float32 matrices in tiles of a few rows and eight columns that stay in registers.
//!
//! `C[m, n] = A[m, k] B[k, n]`. A is read as it lies, row by row. B is read in panels: eight of its columns side by side,
//! `[n / 8][k][8]`, the last one filled up with zeros. Weights are packed so once, when they arrive.

use crate::simd::F4;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    for row in 0..n {
        let panel = &mut packed[row / PANEL * PANEL * k + row % PANEL..];
        let values = &rows.data[row * rows.stride..][..k];
        values.iter().zip(panel.iter_mut().step_by(PANEL)).for_each(|(&x, p)| *p = x * factor);
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

/// One tile: `MR` rows of A times one panel, `count <= 8` columns of which are written at `c`.
///
/// # Safety
/// `a` must have `MR` rows of `k` floats `lda` apart, `b` a panel of `8 k` floats, `c` `MR` rows of `count` floats `ldc`
/// apart, and `start` what it says for these rows or columns (eight columns, whatever `count` is).
#[inline(always)]
unsafe fn tile<const MR: usize>(
    k: usize,
    (a, lda): (*const f32, usize),
    b: *const f32,
    (c, ldc): (*mut f32, usize),
    count: usize,
    start: TileStart,
    finish: Finish,
) {
    unsafe {
        let mut sums = [[F4::splat(0.0); 2]; MR];
        match start {
            TileStart::Zero => {}
            TileStart::Rows(rows) => (0..MR).for_each(|r| sums[r] = [F4::load_splat(rows.add(r)); 2]),
            TileStart::Columns(columns) => {
                let [low, high] = load_columns(columns, count);
                (0..MR).for_each(|r| sums[r] = [low, high]);
            }
            TileStart::Sum => (0..MR).for_each(|r| sums[r] = load_columns(c.add(r * ldc), count)),
        }
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
        if finish.activation == Activation::Relu {
            let zero = F4::splat(0.0);
            (0..MR).for_each(|r| sums[r] = [sums[r][0].max(zero), sums[r][1].max(zero)]);
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
    /// Computes it into rows `stride` apart.
    ///
    /// # Panics
    /// When a slice is too short.
    pub fn write(&self, c: &mut [f32], stride: usize) {
        assert!(self.m == 0 || c.len() >= (self.m - 1) * stride + self.n && stride >= self.n, "C is too short");
        self.tiles(c, stride, false);
    }

    /// Computes its transpose, `[n, m]`, into rows `stride` apart. The start is nothing, or for the rows of C.
    ///
    /// # Panics
    /// When a slice is too short.
    pub fn write_transposed(&self, c: &mut [f32], stride: usize) {
        assert!(matches!(self.start, Start::Zero | Start::Rows(_)), "a start that can be transposed");
        assert!(self.n == 0 || c.len() >= (self.n - 1) * stride + self.m && stride >= self.m, "C is too short");
        self.tiles(c, stride, true);
    }

    fn tiles(&self, c: &mut [f32], stride: usize, transposed: bool) {
        let &Self { m, k, n, a, b, b_stride, .. } = self;
        if m == 0 || n == 0 {
            return;
        }
        let panels = n.div_ceil(PANEL);
        assert!(a.data.len() >= (m - 1) * a.stride + k, "A is too short");
        assert!(b.len() >= (panels - 1) * b_stride + PANEL * k && b_stride >= PANEL * k, "B is too short");
        match self.start {
            Start::Rows(rows) => assert!(rows.len() >= m, "a start for each row"),
            Start::Columns(columns) => assert!(columns.len() >= n, "a start for each column"),
            Start::Zero | Start::Sum => {}
        }
        let block = (BLOCK / (k * PANEL).max(1)).clamp(1, panels);
        for first in (0..panels).step_by(block) {
            let range = first..(first + block).min(panels);
            let mut row = 0;
            while row < m {
                let rows = ROWS.min(m - row);
                for panel in range.clone() {
                    // SAFETY: the lengths were checked above, and a tile ends at the last row and column.
                    unsafe { self.tile(row, rows, panel, c.as_mut_ptr(), stride, transposed) };
                }
                if self.activation == Activation::Gelu && !transposed {
                    let columns = range.start * PANEL..(range.end * PANEL).min(n);
                    for r in row..row + rows {
                        crate::math::gelu(&mut c[r * stride..][columns.clone()]);
                    }
                }
                row += rows;
            }
        }
    }

    #[inline(always)]
    unsafe fn tile(&self, row: usize, rows: usize, panel: usize, c: *mut f32, stride: usize, transposed: bool) {
        let column = panel * PANEL;
        let count = PANEL.min(self.n - column);
        let finish = Finish { activation: self.activation, transposed };
        unsafe {
            let a = (self.a.data.as_ptr().add(row * self.a.stride), self.a.stride);
            let b = self.b.as_ptr().add(panel * self.b_stride);
            let c = (c.add(if transposed { column * stride + row } else { row * stride + column }), stride);
            let start = match self.start {
                Start::Zero => TileStart::Zero,
                Start::Sum => TileStart::Sum,
                Start::Rows(rows) => TileStart::Rows(rows.as_ptr().add(row)),
                Start::Columns(columns) => TileStart::Columns(columns.as_ptr().add(column)),
            };
            match rows {
                ROWS => tile::<ROWS>(self.k, a, b, c, count, start, finish),
                3 => tile::<3>(self.k, a, b, c, count, start, finish),
                2 => tile::<2>(self.k, a, b, c, count, start, finish),
                _ => tile::<1>(self.k, a, b, c, count, start, finish),
            }
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
            product.write(&mut c, n);
            let want: Vec<f64> =
                plain(&a, &w, k).iter().enumerate().map(|(i, v)| (v + f64::from(bias[i % n])).max(0.0)).collect();
            close(&c, &want);
            let again = Product { start: Start::Sum, activation: Activation::None, ..product };
            again.write(&mut c, n);
            let want: Vec<f64> = plain(&a, &w, k).iter().zip(&want).map(|(a, b)| a + b).collect();
            close(&c, &want);
        }
    }
}
