//! Images and maps whose rows are put in another order: cut into patches, or into windows and put together again, or four
//! neighbours side by side.

use core::ops::Range;

use crate::pool::{Lost, each, stretches};
use crate::simd::F4;
use crate::window::Window;

/// Square windows of maps that were rolled towards the origin before they were cut.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// Rows of a map, whole windows.
    pub height: usize,
    /// Columns of a map, whole windows.
    pub width: usize,
    /// Rows and columns of a window.
    pub side: usize,
    /// Rows and columns that a map was rolled by, fewer than it has.
    pub shift: usize,
}

impl Cut {
    /// The cell of the maps that each token of some rows of windows is: `f(token, cell)`.
    pub(crate) fn each(&self, rows: Range<usize>, mut f: impl FnMut(usize, usize)) {
        let Self { height, width, side, shift } = *self;
        let (down, across) = (height / side, width / side);
        for row in rows {
            let (window, inside) = (row / side, row % side);
            let (top, left) = (window / across, window % across * side + shift);
            let y = (top % down * side + inside + shift) % height;
            let first = (top / down * height + y) * width;
            for (i, x) in (left..left + side).enumerate() {
                f(row * side + i, first + if x < width { x } else { x - width });
            }
        }
    }

    /// Checks that it cuts so many rows of channels, and counts the rows of its windows.
    ///
    /// # Panics
    /// When it does not.
    pub(crate) fn rows(&self, cells: usize) -> usize {
        let whole = self.height.is_multiple_of(self.side) && self.width.is_multiple_of(self.side);
        assert!(whole && self.shift < self.height.min(self.width), "windows of such a map");
        assert!(cells.is_multiple_of(self.height * self.width), "whole maps");
        cells / self.side
    }
}

/// Rows of `c` channels, window by window, from those of the maps.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When the lengths do not fit together.
pub fn windows(x: &[f32], c: usize, cut: Cut, out: &mut [f32]) -> Result<(), Lost> {
    assert!(x.len() == out.len() && x.len().is_multiple_of(c), "rows of {c} values");
    let (cells, side) = (x.len() / c, cut.side);
    let out = Window::new(out, (cells, c), c);
    let (parts, stretch) = stretches(cut.rows(cells));
    // Copying a value takes as long as about two multiplications, here and below.
    each(parts, 0, 2 * x.len(), move |part, _| {
        let rows = stretch(part);
        let first = rows.start * side;
        // SAFETY: every part has rows of its own.
        let mut out = unsafe { out.part(first..rows.end * side, 0..c) };
        cut.each(rows, |token, cell| out.row(token - first, 0..c).copy_from_slice(&x[cell * c..][..c]));
    })
}

/// The maps of these windows, to which `shortcut`, maps too, is added.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When the lengths do not fit together.
pub fn maps(x: &[f32], c: usize, cut: Cut, shortcut: Option<&[f32]>, out: &mut [f32]) -> Result<(), Lost> {
    assert!(x.len() == out.len() && x.len().is_multiple_of(c), "rows of {c} values");
    assert!(shortcut.is_none_or(|s| s.len() == x.len()), "a shortcut of the same size");
    let cells = x.len() / c;
    let out = Window::new(out, (cells, c), c);
    let (parts, stretch) = stretches(cut.rows(cells));
    each(parts, 0, 3 * x.len(), move |part, _| {
        cut.each(stretch(part), |token, cell| {
            // SAFETY: no two tokens are the same cell, and every part has tokens of its own.
            let mut out = unsafe { out.part(cell..cell + 1, 0..c) };
            let (row, out) = (&x[token * c..][..c], out.row(0, 0..c));
            match shortcut {
                Some(shortcut) => sum(row, &shortcut[cell * c..][..c], out),
                None => out.copy_from_slice(row),
            }
        });
    })
}

/// `a + b`.
///
/// # Panics
/// When the lengths differ.
pub(crate) fn sum(a: &[f32], b: &[f32], out: &mut [f32]) {
    assert!(a.len() == b.len() && a.len() == out.len(), "of one length");
    let whole = a.len() / 4 * 4;
    for i in (0..whole).step_by(4) {
        // SAFETY: the three have four floats from there on.
        unsafe { F4::load(a.as_ptr().add(i)).add(F4::load(b.as_ptr().add(i))).store(out.as_mut_ptr().add(i)) };
    }
    for i in whole..a.len() {
        out[i] = a[i] + b[i];
    }
}

/// Two by two neighbours of maps `[maps, height, width, c]` side by side, column by column: `[maps, height / 2, width /
/// 2, 4 c]`.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When the lengths do not fit together.
pub fn neighbours(x: &[f32], (width, c): (usize, usize), out: &mut [f32]) -> Result<(), Lost> {
    assert!(width.is_multiple_of(2) && x.len() == out.len(), "pairs of columns");
    assert!(x.len().is_multiple_of(2 * width * c), "pairs of rows");
    let rows = x.len() / (2 * width * c);
    let out = Window::new(out, (rows, 2 * width * c), 2 * width * c);
    let (parts, stretch) = stretches(rows);
    each(parts, 0, 2 * x.len(), move |part, _| {
        // SAFETY: every part has rows of its own.
        let mut out = unsafe { out.part(stretch(part), 0..2 * width * c) };
        let pairs = x.chunks_exact(2 * width * c).skip(stretch(part).start);
        for (pair, out) in pairs.zip(out.whole().chunks_exact_mut(2 * width * c)) {
            let (upper, lower) = pair.split_at(width * c);
            let columns = upper.chunks_exact(c).zip(lower.chunks_exact(c));
            for ((upper, lower), out) in columns.zip(out.chunks_exact_mut(2 * c)) {
                out[..c].copy_from_slice(upper);
                out[c..].copy_from_slice(lower);
            }
        }
    })
}

/// Square patches of images `[images, channels, height, width]` as rows `(channel, y, x)`.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When the lengths do not fit together.
pub fn patches(x: &[f32], [channels, height, width]: [usize; 3], side: usize, out: &mut [f32]) -> Result<(), Lost> {
    let (down, across, row) = (height / side, width / side, channels * side * side);
    let images = x.len() / (channels * height * width);
    assert!(x.len() == images * channels * height * width, "whole images");
    assert!(out.len() == images * down * across * row, "room for all patches");
    let out = Window::new(out, (images * down, across * row), across * row);
    let (parts, stretch) = stretches(images * down);
    each(parts, 0, 2 * x.len(), move |part, _| {
        // SAFETY: every part has patches of its own.
        let mut out = unsafe { out.part(stretch(part), 0..across * row) };
        for (top, patches) in stretch(part).zip(out.whole().chunks_exact_mut(across * row)) {
            for (line, (channel, y)) in (0..channels).flat_map(|c| (0..side).map(move |y| (c, y))).enumerate() {
                let from = ((top / down * channels + channel) * height + top % down * side + y) * width;
                let pixels = x[from..from + width].chunks_exact(side);
                for (patch, pixels) in patches.chunks_exact_mut(row).zip(pixels) {
                    patch[line * side..][..side].copy_from_slice(pixels);
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    #[test]
    fn windows_of_rolled_maps_and_back() {
        for (maps_, height, width, side, shift, c) in
            [(1, 8, 12, 4, 0, 5), (2, 14, 7, 7, 3, 8), (3, 6, 4, 2, 1, 3), (1, 7, 7, 7, 0, 9)]
        {
            let cut = Cut { height, width, side, shift };
            let (x, shortcut) = (noise(maps_ * height * width * c), noise(maps_ * height * width * c + 1));
            let mut want = vec![];
            for (m, top, left) in (0..maps_).flat_map(|m| {
                (0..height).step_by(side).flat_map(move |y| (0..width).step_by(side).map(move |x| (m, y, x)))
            }) {
                for (y, column) in (top..top + side).flat_map(|y| (left..left + side).map(move |x| (y, x))) {
                    let (y, column) = ((y + shift) % height, (column + shift) % width);
                    want.extend_from_slice(&x[((m * height + y) * width + column) * c..][..c]);
                }
            }
            let mut got = vec![f32::NAN; x.len()];
            windows(&x, c, cut, &mut got).unwrap();
            assert_eq!(got, want);
            let mut back = vec![f32::NAN; x.len()];
            maps(&got, c, cut, None, &mut back).unwrap();
            assert_eq!(back, x);
            maps(&got, c, cut, Some(&shortcut[1..]), &mut back).unwrap();
            assert!(back.iter().zip(&x).zip(&shortcut[1..]).all(|((sum, a), b)| *sum == a + b));
        }
    }

    #[test]
    fn neighbours_lie_column_by_column() {
        let (height, width, c) = (4, 6, 3);
        let x = noise(2 * height * width * c);
        let mut got = vec![f32::NAN; x.len()];
        neighbours(&x, (width, c), &mut got).unwrap();
        for (i, value) in got.iter().enumerate() {
            let (cell, neighbour, channel) = (i / (4 * c), i / c % 4, i % c);
            let (y, column) = (cell / (width / 2) * 2 + neighbour % 2, cell % (width / 2) * 2 + neighbour / 2);
            assert_eq!(*value, x[(y * width + column) * c + channel]);
        }
    }

    #[test]
    fn patches_lie_row_by_row() {
        let (channels, height, width, side) = (3, 10, 14, 4);
        let x = noise(2 * channels * height * width);
        let (down, across, row) = (height / side, width / side, channels * side * side);
        let mut got = vec![f32::NAN; 2 * down * across * row];
        patches(&x, [channels, height, width], side, &mut got).unwrap();
        for (i, value) in got.iter().enumerate() {
            let (patch, channel) = (i / row, i % row / (side * side));
            let (image, top, left) = (patch / (down * across), patch / across % down, patch % across);
            let (y, column) = (top * side + i % (side * side) / side, left * side + i % side);
            assert_eq!(*value, x[((image * channels + channel) * height + y) * width + column]);
        }
    }
}
