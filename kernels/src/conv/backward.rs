//! Gradients of a convolution, by the products that its value is computed with.

use super::{Ending, LEAST, Shape, Steps, conv2d, offsets, pad, starts};
use crate::gemm::{Activation, PANEL, Product, Rows, STEP, Start};
use crate::pool::{Grid, Lost, each};
use crate::simd::transposed;
use crate::window::Window;

/// Floats of image columns that stay in the caches while the channels of the gradient pass.
const BLOCK: usize = 32 * 1024;
/// Pixels whose values are turned at once.
const QUAD: usize = 4;

/// Whether there are gradients of a convolution of this kind.
pub fn suits(s: &Shape) -> bool {
    s.padding < s.kernel
}

/// Gradients by the inputs of convolutions with one kernel, which is turned once.
pub struct InputGradient {
    /// What was convolved.
    forward: Shape,
    /// The convolution that gives the gradient, of maps as large as at a stride of one.
    back: Shape,
    /// `[channels, out / groups, kernel, kernel]`, each from its end.
    weight: Vec<f32>,
}

impl InputGradient {
    /// For `weight [out, channels / groups, kernel, kernel]`.
    ///
    /// # Panics
    /// When the shape is not one that [`suits`], or the weight has another length.
    pub fn new(s: &Shape, weight: &[f32]) -> Self {
        let (area, channels, outs) = (s.kernel * s.kernel, s.channels / s.groups, s.out / s.groups);
        assert!(suits(s) && weight.len() == s.out * channels * area, "a convolution's kernels");
        let mut turned = vec![0.0; weight.len()];
        for (i, kernel) in weight.chunks_exact(area).enumerate() {
            let (out, channel) = (i / channels, i % channels);
            let group = out / outs;
            let to = &mut turned[((group * channels + channel) * outs + out % outs) * area..][..area];
            to.iter_mut().zip(kernel.iter().rev()).for_each(|(to, value)| *to = *value);
        }
        let spread = |n: usize| n + 2 * s.padding + 1 - s.kernel;
        let back = Shape {
            channels: s.out,
            height: spread(s.height),
            width: spread(s.width),
            out: s.channels,
            kernel: s.kernel,
            stride: 1,
            padding: s.kernel - 1 - s.padding,
            groups: s.groups,
        };
        Self { forward: *s, back, weight: turned }
    }

    /// The gradient `[batch, channels, height, width]` by images, of that by their outputs.
    ///
    /// # Errors
    /// When a helper was lost; then the gradient is not whole.
    ///
    /// # Panics
    /// When a slice has another length.
    pub fn write(&self, by_output: &[f32], by_input: &mut [f32]) -> Result<(), Lost> {
        let none = Ending { bias: None, residual: None, activation: Activation::None };
        if self.forward.stride == 1 {
            return conv2d(&self.back, by_output, &self.weight, none, by_input);
        }
        conv2d(&self.back, &self.spread(by_output), &self.weight, none, by_input)
    }

    /// Maps of a stride with zeros between their values, where a stride of one would have had values.
    fn spread(&self, maps: &[f32]) -> Vec<f32> {
        let ((h, w), back, stride) = (self.forward.size(), &self.back, self.forward.stride);
        let mut spread = vec![0.0; maps.len() / (h * w) * back.height * back.width];
        for (i, row) in maps.chunks_exact(w).enumerate() {
            let (channel, y) = (i / h, i % h);
            let to = &mut spread[(channel * back.height + y * stride) * back.width..][..back.width];
            to.iter_mut().step_by(stride).zip(row).for_each(|(to, value)| *to = *value);
        }
        spread
    }
}

/// The gradient `[out, channels / groups, kernel, kernel]` by the kernels, of that by the outputs of a batch.
///
/// # Errors
/// When a helper was lost; then the gradient is not whole.
///
/// # Panics
/// When the shape is not one that [`suits`], or a slice has another length.
pub fn weight_gradient(s: &Shape, input: &[f32], by_output: &[f32], by_weight: &mut [f32]) -> Result<(), Lost> {
    let (channels, outs, pixels) = (s.channels / s.groups, s.out / s.groups, s.out_len() / s.out);
    let (batch, depth) = (s.batch(input, by_output), channels * s.kernel * s.kernel);
    assert!(suits(s) && by_weight.len() == s.out * depth, "a convolution's kernels");
    by_weight.fill(0.0);
    let padded = pad(s, input);
    let padded = &padded[..];
    let (high, wide) = (s.height + 2 * s.padding, s.width + 2 * s.padding);
    let (offsets, starts) = (offsets(s, channels, high, wide), starts(s, wide));
    let (offsets, starts) = (&offsets[..], &starts[..]);
    let (s, all) = (*s, depth.div_ceil(PANEL));
    let grid = Grid::of_many(s.groups, (outs, STEP), all, (LEAST, usize::MAX));
    // The same however many cores there are, and so the sums are.
    let stretch = (BLOCK / (all * PANEL)).next_multiple_of(QUAD).max(QUAD).min(pixels);
    let out = Window::new(by_weight, (s.out, depth), depth);
    let of_group = grid.parts();
    let scratch = grid.wide() * PANEL * stretch;
    each(s.groups * of_group, scratch, batch * s.out * pixels * depth, move |part, columns| {
        let group = part / of_group;
        let (rows, panels) = grid.part(part % of_group);
        let rows = group * outs + rows.start..group * outs + rows.end;
        let covered = panels.start * PANEL..depth.min(panels.end * PANEL);
        // SAFETY: every part has rows and columns of its own.
        let out = unsafe { out.part(rows.clone(), covered.clone()) };
        for image in 0..batch {
            let padded = &padded[(image * s.groups + group) * channels * high * wide..][..channels * high * wide];
            for from in (0..pixels).step_by(stretch) {
                let k = stretch.min(pixels - from);
                let columns = &mut columns[..panels.len() * PANEL * k];
                copy_rows(padded, &offsets[covered.clone()], &starts[from..from + k], columns);
                let a = Rows { data: &by_output[(image * s.out + rows.start) * pixels + from..], stride: pixels };
                let (m, n, b_stride) = (rows.len(), covered.len(), PANEL * k);
                Product { m, k, n, a, b: columns, b_stride, start: Start::Sum, activation: Activation::None }
                    .write(out);
            }
        }
    })
}

/// Fills panels: for each of eight offsets, the values at all positions.
fn copy_rows(image: &[f32], offsets: &[usize], starts: &[usize], panels: &mut [f32]) {
    let (furthest, last) = (offsets.iter().max().copied().unwrap_or(0), starts.last().copied().unwrap_or(0));
    assert!(starts.is_sorted() && last + furthest < image.len(), "a position lies in the image");
    for (q, quad) in starts.chunks(QUAD).enumerate() {
        // Positions that fill up the last four repeat its last, and are not written.
        let at: [usize; QUAD] = core::array::from_fn(|i| quad[i.min(quad.len() - 1)]);
        let steps = Steps::of(&at, image.len() - 1 - at[QUAD - 1] - furthest);
        for (panel, eight) in panels.chunks_exact_mut(PANEL * starts.len()).zip(offsets.chunks(PANEL)) {
            let rows = &mut panel[q * QUAD * PANEL..][..quad.len() * PANEL];
            for half in [0, QUAD] {
                // Columns that fill up the last panel repeat its last: nobody reads what becomes of them.
                let columns = core::array::from_fn(|i| {
                    let offset = eight[(half + i).min(eight.len() - 1)];
                    // SAFETY: every position with every offset lies in the image.
                    unsafe { steps.load(image.as_ptr().add(at[0] + offset), &at) }
                });
                for (row, values) in rows.chunks_exact_mut(PANEL).zip(transposed(columns)) {
                    // SAFETY: a row has eight floats.
                    unsafe { values.store(row[half..].as_mut_ptr()) };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conv::tests::plain;
    use crate::testing::{close, noise};

    const BATCH: usize = 2;

    const SHAPES: [[usize; 8]; 10] = [
        [3, 9, 11, 5, 3, 1, 1, 1],
        [1, 12, 12, 6, 5, 1, 2, 1],
        [6, 8, 8, 8, 1, 1, 0, 1],
        [4, 14, 13, 7, 1, 2, 0, 1],
        [3, 16, 15, 12, 7, 2, 3, 1],
        [16, 12, 12, 18, 3, 1, 1, 1],
        [5, 9, 8, 6, 3, 2, 1, 1],
        [9, 7, 7, 3, 3, 1, 0, 1],
        [8, 9, 10, 6, 3, 1, 1, 2],
        [6, 9, 9, 12, 5, 2, 2, 3],
    ];

    fn shape([channels, height, width, out, kernel, stride, padding, groups]: [usize; 8]) -> Shape {
        Shape { channels, height, width, out, kernel, stride, padding, groups }
    }

    fn dot(a: &[f64], b: &[f32]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * f64::from(*b)).sum()
    }

    fn unit(n: usize, at: usize) -> Vec<f32> {
        (0..n).map(|i| if i == at { 1.0 } else { 0.0 }).collect()
    }

    /// A convolution is linear in its input: the gradient is the sum of what each value alone gives, weighed.
    #[test]
    fn the_gradient_by_the_input() {
        for s in SHAPES.map(shape) {
            let (n, weight) = (s.in_len(), noise(s.out * s.channels / s.groups * s.kernel * s.kernel));
            let by_output = noise(BATCH * s.out_len());
            let mut got = vec![f32::NAN; BATCH * n];
            InputGradient::new(&s, &weight).write(&by_output, &mut got).unwrap();
            // Some of the values, spread over the images.
            let some: Vec<usize> = (0..BATCH * n).step_by(n / 20 + 1).chain([BATCH * n - 1]).collect();
            let of_image = |i: usize| &by_output[i / n * s.out_len()..][..s.out_len()];
            let want: Vec<f64> = some.iter().map(|&i| dot(&plain(&s, &unit(n, i % n), &weight), of_image(i))).collect();
            close(&some.iter().map(|&i| got[i]).collect::<Vec<_>>(), &want);
        }
    }

    #[test]
    fn the_gradient_by_the_kernels() {
        for s in SHAPES.map(shape) {
            let (input, by_output) = (noise(BATCH * s.in_len()), noise(BATCH * s.out_len()));
            let n = s.out * s.channels / s.groups * s.kernel * s.kernel;
            let mut got = vec![f32::NAN; n];
            weight_gradient(&s, &input, &by_output, &mut got).unwrap();
            let some: Vec<usize> = (0..n).step_by(n / 40 + 1).chain([n - 1]).collect();
            let images = || input.chunks_exact(s.in_len()).zip(by_output.chunks_exact(s.out_len()));
            let of_image = |i, (image, g): (&[f32], &[f32])| dot(&plain(&s, image, &unit(n, i)), g);
            let want: Vec<f64> = some.iter().map(|&i| images().map(|image| of_image(i, image)).sum()).collect();
            close(&some.iter().map(|&i| got[i]).collect::<Vec<_>>(), &want);
        }
    }
}
