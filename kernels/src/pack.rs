//! Matrices as the panels that products read: eight columns side by side, `[n / 8][k][8]`.

use crate::gemm::{PANEL, Rows};
use crate::simd::{F4, transposed};

/// The floats of a packed matrix `[k, n]`.
pub fn packed_len(k: usize, n: usize) -> usize {
    n.div_ceil(PANEL) * PANEL * k
}

/// Packs the transpose of rows `[n, k]` times a factor; what fills up the last panel is not written.
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
            match values.first_chunk::<PANEL>() {
                // Of a length that is known, so that nothing is called for it.
                Some(whole) => out.copy_from_slice(whole),
                None => out[..values.len()].copy_from_slice(values),
            }
        }
    }
}

/// The transpose `[k, n]` of rows `[n, k]`, four by four values.
pub(crate) fn transpose_into(rows: Rows<'_>, (n, k): (usize, usize), out: &mut [f32]) {
    let (data, stride) = (rows.data, rows.stride);
    assert!(n == 0 || data.len() >= (n - 1) * stride + k && out.len() >= n * k, "as many values");
    let (whole, deep) = (n / 4 * 4, k / 4 * 4);
    for (row, column) in (0..whole).step_by(4).flat_map(|r| (0..deep).step_by(4).map(move |c| (r, c))) {
        // SAFETY: both have these values, as was just seen.
        unsafe {
            let quad = core::array::from_fn(|r| F4::load(data.as_ptr().add((row + r) * stride + column)));
            for (i, values) in transposed(quad).into_iter().enumerate() {
                values.store(out.as_mut_ptr().add((column + i) * n + row));
            }
        }
    }
    for row in 0..n {
        for column in if row < whole { deep } else { 0 }..k {
            out[column * n + row] = data[row * stride + column];
        }
    }
}
