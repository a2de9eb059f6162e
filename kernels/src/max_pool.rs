//! The largest values of square windows of maps `[channels, height, width]`: of the rows first, which lie side by side,
//! then of the columns of what these gave.

use core::ops::Range;

use crate::pool::{Lost, each, stretches};
use crate::simd::F4;
use crate::window::Window;

/// What a pooling does.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Rows of a map.
    pub height: usize,
    /// Columns of a map.
    pub width: usize,
    /// Side of a window.
    pub kernel: usize,
    /// Step between windows.
    pub stride: usize,
    /// Cells around a map that are never the largest, at most half a window.
    pub padding: usize,
}

impl Shape {
    /// Rows and columns of the output.
    pub fn size(&self) -> (usize, usize) {
        let side = |n: usize| (n + 2 * self.padding - self.kernel) / self.stride + 1;
        (side(self.height), side(self.width))
    }

    /// Rows of the map that a window reaches.
    fn rows(&self, y: usize) -> Range<usize> {
        let first = y * self.stride;
        first.saturating_sub(self.padding)..self.height.min(first + self.kernel - self.padding)
    }
}

/// Floats that are read beyond a row's last window, and dropped.
const BEYOND: usize = 1;

/// `out [maps, h', w']` of `x [maps, height, width]`; where there is a NaN in a window it is the largest.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When a slice has not the length that `shape` asks for.
pub fn max_pool(shape: &Shape, x: &[f32], out: &mut [f32]) -> Result<(), Lost> {
    let (s, (h, w), map) = (*shape, shape.size(), shape.height * shape.width);
    let maps = x.len() / map;
    assert!(x.len() == maps * map && out.len() == maps * h * w, "maps of this shape");
    assert!(2 * s.padding <= s.kernel && s.stride > 0, "windows that reach the map");
    let out = Window::new(out, (maps * h, w), w);
    let (parts, stretch) = stretches(maps);
    let wide = s.width + 2 * s.padding + BEYOND;
    each(parts, wide, x.len() * s.kernel, move |part, scratch| {
        let maps = stretch(part);
        // SAFETY: every part has maps of its own.
        let mut out = unsafe { out.part(maps.start * h..maps.end * h, 0..w) };
        let columns = &mut scratch[..wide];
        columns.fill(f32::NEG_INFINITY);
        for (i, map) in x.chunks_exact(map).skip(maps.start).take(maps.len()).enumerate() {
            for y in 0..h {
                largest_of_rows(map, s.width, s.rows(y), &mut columns[s.padding..][..s.width]);
                largest_of_columns(columns, (s.kernel, s.stride), out.row(i * h + y, 0..w));
            }
        }
    })
}

/// The largest of each column of some rows.
fn largest_of_rows(map: &[f32], width: usize, rows: Range<usize>, out: &mut [f32]) {
    let (first, others) = map[rows.start * width..rows.end * width].split_at(width);
    out.copy_from_slice(first);
    for row in others.chunks_exact(width) {
        let (mut outs, mut rows) = (out.chunks_exact_mut(4), row.chunks_exact(4));
        for (out, row) in (&mut outs).zip(&mut rows) {
            // SAFETY: both are four floats.
            unsafe { F4::load(out.as_ptr()).max_or_nan(F4::load(row.as_ptr())).store(out.as_mut_ptr()) };
        }
        for (out, value) in outs.into_remainder().iter_mut().zip(rows.remainder()) {
            *out = larger(*out, *value);
        }
    }
}

/// The largest of each window of a row.
fn largest_of_columns(row: &[f32], (kernel, stride): (usize, usize), out: &mut [f32]) {
    let fours = if stride <= 2 { out.len() / 4 * 4 } else { 0 };
    for x in (0..fours).step_by(4) {
        let own = &row[x * stride..][..3 * stride + kernel + BEYOND];
        let of = |at: usize| {
            // SAFETY: four windows' values from `at` on lie in `own`, and one more.
            unsafe {
                let low = F4::load(own.as_ptr().add(at));
                if stride == 1 { low } else { low.evens(F4::load(own.as_ptr().add(at + 4))) }
            }
        };
        let largest = (1..kernel).fold(of(0), |largest, at| largest.max_or_nan(of(at)));
        // SAFETY: there are four floats from there on.
        unsafe { largest.store(out[x..x + 4].as_mut_ptr()) };
    }
    for (x, out) in out.iter_mut().enumerate().skip(fours) {
        *out = row[x * stride..][..kernel].iter().copied().fold(f32::NEG_INFINITY, larger);
    }
}

/// The larger; NaN where there is one.
fn larger(a: f32, b: f32) -> f32 {
    if a.is_nan() || a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    #[test]
    fn poolings_of_every_kind() {
        for (maps, height, width, kernel, stride, padding) in [
            (5, 12, 13, 3, 2, 1),
            (2, 55, 55, 3, 2, 0),
            (3, 8, 10, 2, 2, 0),
            (4, 9, 7, 3, 1, 1),
            (2, 10, 17, 1, 3, 0),
            (1, 5, 5, 5, 1, 2),
        ] {
            let s = Shape { height, width, kernel, stride, padding };
            let mut x = noise(maps * height * width);
            x[height * width / 2] = f32::NAN;
            let (h, w) = s.size();
            let mut got = vec![0.5; maps * h * w];
            max_pool(&s, &x, &mut got).unwrap();
            for (i, got) in got.iter().enumerate() {
                let (map, y, column) = (i / (h * w), i / w % h, i % w);
                let reach = |at: usize, n: usize| {
                    (at * stride).saturating_sub(padding)..n.min((at * stride + kernel).saturating_sub(padding))
                };
                let window = reach(y, height).flat_map(|y| reach(column, width).map(move |x| (y, x)));
                let values: Vec<f32> = window.map(|(y, c)| x[(map * height + y) * width + c]).collect();
                let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                assert!(if values.iter().any(|v| v.is_nan()) { got.is_nan() } else { *got == largest }, "{i}: {got}");
            }
        }
    }
}
