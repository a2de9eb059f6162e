//! Convolution of maps `[channels, height, width]` as products of the kernels, as they lie, with columns of the image
//! that are copied into panels a block at a time: the columns never leave the caches, and nothing is laid out anew.

use core::ops::Range;

use crate::gemm::{Activation, PANEL, Product, Rows, STEP, Start};
use crate::pool::{Grid, Lost, each};
use crate::simd::F4;
use crate::window::Window;
use crate::winograd;

pub mod backward;

/// What a convolution does to each image.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Channels of the input.
    pub channels: usize,
    /// Rows of the input.
    pub height: usize,
    /// Columns of the input.
    pub width: usize,
    /// Channels of the output.
    pub out: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// Step between positions.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: usize,
    /// Independent groups of channels.
    pub groups: usize,
}

impl Shape {
    /// Rows and columns of the output.
    pub fn size(&self) -> (usize, usize) {
        let side = |n: usize| (n + 2 * self.padding - self.kernel) / self.stride + 1;
        (side(self.height), side(self.width))
    }

    /// Values of an image.
    pub fn in_len(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// Values of an image's output.
    pub fn out_len(&self) -> usize {
        let (h, w) = self.size();
        self.out * h * w
    }

    /// How many images these are, of which that is the output.
    pub(crate) fn batch(&self, input: &[f32], out: &[f32]) -> usize {
        let batch = input.len() / self.in_len();
        assert!(input.len() == batch * self.in_len() && out.len() == batch * self.out_len(), "maps of this shape");
        batch
    }
}

/// What comes after the products.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// One for each channel of the output.
    pub bias: Option<&'a [f32]>,
    /// A map of the output's shape that is added before the activation.
    pub residual: Option<&'a [f32]>,
    /// [`Activation::Gelu`] is not for convolutions.
    pub activation: Activation,
}

/// Longest stretch of a kernel that is multiplied at once: a tile's rows of it stay in the first-level cache.
const DEPTH: usize = 768;
/// Floats of image columns that stay in the second-level cache.
const BLOCK: usize = 32 * 1024;
/// Fewer panels than these are not worth reading the kernels for.
const LEAST: usize = 4;

/// `out [batch, out, h', w']` of `input [batch, channels, height, width]` and `weight [out, channels / groups, kernel,
/// kernel]`.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When a slice has not a length that `shape` asks for.
pub fn conv2d(shape: &Shape, input: &[f32], weight: &[f32], ending: Ending<'_>, out: &mut [f32]) -> Result<(), Lost> {
    if winograd::suits(shape) {
        winograd::conv2d(shape, input, weight, ending, out)
    } else {
        direct(shape, input, weight, ending, out)
    }
}

/// The same for convolutions of every kind.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When a slice has not the length that `shape` asks for.
pub fn direct(shape: &Shape, input: &[f32], weight: &[f32], ending: Ending<'_>, out: &mut [f32]) -> Result<(), Lost> {
    let s = *shape;
    let (channels, rows) = (s.channels / s.groups, s.out / s.groups);
    let depth = channels * s.kernel * s.kernel;
    let (batch, pixels) = (s.batch(input, out), s.out_len() / s.out);
    assert!(weight.len() == s.out * depth && ending.bias.is_none_or(|b| b.len() == s.out), "a convolution's weights");
    let padded = pad(&s, input);
    let padded = &padded[..];
    let (high, wide) = (s.height + 2 * s.padding, s.width + 2 * s.padding);
    let (offsets, starts) = (offsets(&s, channels, high, wide), starts(&s, wide));
    let (offsets, starts) = (&offsets[..], &starts[..]);
    let step = depth.div_ceil(depth.div_ceil(DEPTH));
    let groups = batch * s.groups;
    let most = (BLOCK / step / PANEL).max(1);
    let grid = Grid::of_many(groups, (rows, STEP), pixels.div_ceil(PANEL), (LEAST, most));
    let out = Window::new(out, (batch * s.out, pixels), pixels);
    let of_group = grid.parts();
    each(groups * of_group, grid.wide() * PANEL * step, batch * s.out * pixels * depth, move |part, columns| {
        let (image, group) = (part / of_group / s.groups, part / of_group % s.groups);
        let (own, panels) = grid.part(part % of_group);
        let part = Part {
            image: &padded[part / of_group * channels * high * wide..][..channels * high * wide],
            offsets,
            starts,
            rows: group * rows + own.start..group * rows + own.end,
            pixels: panels.start * PANEL..pixels.min(panels.end * PANEL),
            step,
        };
        let above = image * s.out;
        // SAFETY: every part has rows and columns of its own.
        let out = unsafe { out.part(above + part.rows.start..above + part.rows.end, part.pixels.clone()) };
        part.write((weight, pixels), ending.of(image, s.out * pixels), columns, out);
    })
}

impl Ending<'_> {
    /// That of one image, whose output has so many values.
    pub(crate) fn of(self, image: usize, len: usize) -> Self {
        Self { residual: self.residual.map(|r| &r[image * len..][..len]), ..self }
    }
}

/// Some rows and columns of a convolution as a product.
struct Part<'a> {
    /// The padded channels of its group.
    image: &'a [f32],
    offsets: &'a [usize],
    starts: &'a [usize],
    /// Channels of the output.
    rows: Range<usize>,
    pixels: Range<usize>,
    /// Values of a kernel that are multiplied at once.
    step: usize,
}

impl Part<'_> {
    fn write(&self, (weight, all): (&[f32], usize), ending: Ending<'_>, columns: &mut [f32], mut out: Window<'_>) {
        let (rows, depth, n) = (self.rows.clone(), self.offsets.len(), self.pixels.len());
        let weight = &weight[rows.start * depth..rows.end * depth];
        for from in (0..depth).step_by(self.step) {
            let to = depth.min(from + self.step);
            let k = to - from;
            let columns = &mut columns[..n.next_multiple_of(PANEL) * k];
            copy_columns(self.image, &self.offsets[from..to], &self.starts[self.pixels.clone()], columns);
            let product = Product {
                m: rows.len(),
                k,
                n,
                a: Rows { data: &weight[from..], stride: depth },
                b: columns,
                b_stride: PANEL * k,
                start: match ending.bias {
                    _ if from > 0 => Start::Sum,
                    Some(bias) => Start::Rows(&bias[rows.clone()]),
                    None => Start::Zero,
                },
                activation: match ending.residual {
                    None if to == depth => ending.activation,
                    _ => Activation::None,
                },
            };
            product.write(out);
        }
        if let Some(residual) = ending.residual {
            for (i, row) in rows.enumerate() {
                add(out.row(i, 0..n), &residual[row * all + self.pixels.start..][..n], ending.activation);
            }
        }
    }
}

/// Adds a stretch of the residual, while the sums are at hand, and applies the activation.
fn add(out: &mut [f32], residual: &[f32], activation: Activation) {
    out.iter_mut().zip(residual).for_each(|(out, r)| *out += r);
    if activation == Activation::Relu {
        crate::math::relu(out);
    }
}

/// Images with their borders of zeros.
fn pad<'a>(s: &Shape, input: &'a [f32]) -> std::borrow::Cow<'a, [f32]> {
    if s.padding == 0 {
        return input.into();
    }
    let (high, wide) = (s.height + 2 * s.padding, s.width + 2 * s.padding);
    let mut padded = vec![0.0; input.len() / (s.height * s.width) * high * wide];
    for (i, row) in input.chunks_exact(s.width).enumerate() {
        let (channel, y) = (i / s.height, i % s.height);
        padded[(channel * high + y + s.padding) * wide + s.padding..][..s.width].copy_from_slice(row);
    }
    padded.into()
}

/// From a position's first value in the padded image to each value that its kernel covers.
fn offsets(s: &Shape, channels: usize, high: usize, wide: usize) -> Vec<usize> {
    let rows = (0..channels).flat_map(|c| (0..s.kernel).map(move |y| (c * high + y) * wide));
    rows.flat_map(|row| (0..s.kernel).map(move |x| row + x)).collect()
}

/// The first value in the padded image of each position.
fn starts(s: &Shape, wide: usize) -> Vec<usize> {
    let (h, w) = s.size();
    (0..h).flat_map(|y| (0..w).map(move |x| (y * wide + x) * s.stride)).collect()
}

/// How four positions lie, from one to the next.
#[derive(Clone, Copy)]
enum Steps {
    One,
    /// And one value lies beyond the last.
    Two,
    Any,
}

impl Steps {
    /// `beyond`: values of the image after what the last position reads.
    fn of(at: &[usize; 4], beyond: usize) -> Self {
        let step = |n: usize| at.iter().enumerate().all(|(i, &a)| a == at[0] + i * n);
        match (step(1), step(2) && beyond > 0) {
            (true, _) => Self::One,
            (_, true) => Self::Two,
            _ => Self::Any,
        }
    }

    /// The four positions' values.
    ///
    /// # Safety
    /// `from`, where the first position's value is, must have those of the others as far as they lie from it.
    #[inline(always)]
    unsafe fn load(self, from: *const f32, at: &[usize; 4]) -> F4 {
        // SAFETY: the caller's.
        unsafe {
            match self {
                Self::One => F4::load(from),
                Self::Two => F4::load(from).evens(F4::load(from.add(4))),
                Self::Any => {
                    let values: [f32; 4] = core::array::from_fn(|i| *from.add(at[i] - at[0]));
                    F4::load(values.as_ptr())
                }
            }
        }
    }
}

/// Fills panels: for each position of eight, what its kernel's `offsets` cover.
fn copy_columns(image: &[f32], offsets: &[usize], starts: &[usize], columns: &mut [f32]) {
    use Steps::{Any, One, Two};
    let furthest = offsets.iter().max().expect("a kernel has values");
    for (panel, starts) in columns.chunks_exact_mut(PANEL * offsets.len()).zip(starts.chunks(PANEL)) {
        // Positions that fill up the last panel repeat its last: nobody reads what becomes of them.
        let [low, high]: [[usize; 4]; 2] =
            [0, 4].map(|half| core::array::from_fn(|i| starts[(half + i).min(starts.len() - 1)]));
        let last = high[3] + furthest;
        assert!(starts.is_sorted() && last < image.len(), "a position lies in the image");
        let beyond = image.len() - 1 - last;
        let copy = (image, offsets, [low, high]);
        // A loop of its own for each of these. SAFETY: every position with every offset lies in the image.
        unsafe {
            match (Steps::of(&low, beyond), Steps::of(&high, beyond)) {
                (One, One) => copy_panel(copy, [One, One], panel),
                (Two, Two) => copy_panel(copy, [Two, Two], panel),
                (One, _) => copy_panel(copy, [One, Any], panel),
                (_, One) => copy_panel(copy, [Any, One], panel),
                _ => copy_panel(copy, [Any, Any], panel),
            }
        }
    }
}

/// One panel.
///
/// # Safety
/// What lies at the positions with every offset must be in the image.
#[inline(always)]
unsafe fn copy_panel((image, offsets, at): (&[f32], &[usize], [[usize; 4]; 2]), steps: [Steps; 2], panel: &mut [f32]) {
    for (offset, out) in offsets.iter().zip(panel.chunks_exact_mut(PANEL)) {
        for (half, (steps, at)) in steps.iter().zip(&at).enumerate() {
            // SAFETY: the caller's; and the chunk has eight floats.
            unsafe { steps.load(image.as_ptr().add(at[0] + offset), at).store(out.as_mut_ptr().add(4 * half)) };
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::testing::{close, noise};

    /// The definition, in float64.
    pub fn plain(s: &Shape, input: &[f32], weight: &[f32]) -> Vec<f64> {
        let (h, w) = s.size();
        let (channels, rows) = (s.channels / s.groups, s.out / s.groups);
        let mut out = Vec::new();
        for (o, y, x) in (0..s.out).flat_map(|o| (0..h).flat_map(move |y| (0..w).map(move |x| (o, y, x)))) {
            let mut sum = 0.0;
            for (c, ky, kx) in
                (0..channels).flat_map(|c| (0..s.kernel).flat_map(move |y| (0..s.kernel).map(move |x| (c, y, x))))
            {
                let (row, column) = (y * s.stride + ky, x * s.stride + kx);
                let inside = |at: usize, n: usize| (s.padding..n + s.padding).contains(&at);
                if inside(row, s.height) && inside(column, s.width) {
                    let channel = o / rows * channels + c;
                    let at = (channel * s.height + row - s.padding) * s.width + column - s.padding;
                    let kernel = ((o * channels + c) * s.kernel + ky) * s.kernel + kx;
                    sum += f64::from(input[at]) * f64::from(weight[kernel]);
                }
            }
            out.push(sum);
        }
        out
    }

    #[test]
    fn convolutions_of_every_kind() {
        for (channels, height, width, out, kernel, stride, padding, groups) in [
            (3, 9, 11, 5, 3, 1, 1, 1),
            (1, 28, 28, 6, 5, 1, 2, 1),
            (6, 8, 8, 8, 1, 1, 0, 1),
            (4, 14, 14, 7, 1, 2, 0, 1),
            (3, 31, 29, 12, 7, 2, 3, 1),
            (8, 7, 7, 6, 3, 1, 1, 2),
            (130, 7, 7, 11, 3, 1, 1, 1),
        ] {
            let s = Shape { channels, height, width, out, kernel, stride, padding, groups };
            let (input, weight) = (noise(channels * height * width), noise(out * channels / groups * kernel * kernel));
            let (bias, residual) = (noise(out), noise(s.out_len()));
            let want = plain(&s, &input, &weight);
            let mut got = vec![f32::NAN; s.out_len()];
            let none = Ending { bias: None, residual: None, activation: Activation::None };
            direct(&s, &input, &weight, none, &mut got).unwrap();
            close(&got, &want);
            let all = Ending { bias: Some(&bias), residual: Some(&residual), activation: Activation::Relu };
            direct(&s, &input, &weight, all, &mut got).unwrap();
            let pixels = got.len() / out;
            let with = |(i, v): (usize, &f64)| (v + f64::from(bias[i / pixels]) + f64::from(residual[i])).max(0.0);
            close(&got, &want.iter().enumerate().map(with).collect::<Vec<_>>());
            batches_are_their_images(&s, direct);
        }
    }

    type Convolution = fn(&Shape, &[f32], &[f32], Ending<'_>, &mut [f32]) -> Result<(), Lost>;

    /// Several images at once, to the bit.
    pub fn batches_are_their_images(s: &Shape, conv2d: Convolution) {
        const BATCH: usize = 3;
        let (input, weight) = (noise(BATCH * s.in_len()), noise(s.out * s.channels / s.groups * s.kernel * s.kernel));
        let (bias, residual) = (noise(s.out), noise(BATCH * s.out_len()));
        let convolved = |input: &[f32], residual: &[f32]| {
            let ending = Ending { bias: Some(&bias), residual: Some(residual), activation: Activation::Relu };
            let mut out = vec![f32::NAN; residual.len()];
            conv2d(s, input, &weight, ending, &mut out).unwrap();
            out
        };
        let images = input.chunks_exact(s.in_len()).zip(residual.chunks_exact(s.out_len()));
        let one_by_one: Vec<f32> = images.flat_map(|(image, residual)| convolved(image, residual)).collect();
        assert!(convolved(&input, &residual) == one_by_one);
    }
}
