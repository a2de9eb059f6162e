//! Batch norm with the statistics of the batch itself, and its gradients (Ioffe and Szegedy, arXiv:1502.03167, section 3).
//!
//! Maps lie as `[batch, channels, pixels]`. A channel is summed image by image in float32 and over the images in float64.

use crate::pool::{Lost, computed, each, stretches};
use crate::simd::F4;
use crate::window::Window;

/// How maps lie.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Images.
    pub batch: usize,
    /// Channels of each.
    pub channels: usize,
    /// Values of each channel.
    pub pixels: usize,
}

impl Shape {
    fn len(&self) -> usize {
        self.batch * self.channels * self.pixels
    }

    /// What a channel has in each image.
    fn maps<'a>(&self, values: &'a [f32], channel: usize) -> impl Iterator<Item = (usize, &'a [f32])> + use<'a> {
        let Self { batch, channels, pixels } = *self;
        (0..batch).map(move |image| {
            let row = image * channels + channel;
            (row, &values[row * pixels..][..pixels])
        })
    }

    /// The mean over a channel of what `sum` gives for its map in each image.
    fn mean(&self, values: &[f32], channel: usize, sum: impl Fn(&[f32], usize) -> f32) -> f32 {
        let total: f64 = self.maps(values, channel).map(|(row, map)| f64::from(sum(map, row))).sum();
        (total / (self.batch * self.pixels) as f64) as f32
    }
}

/// The sum of `f` over values of two maps.
#[inline(always)]
fn total(a: &[f32], b: &[f32], f: impl Fn(F4, F4) -> F4) -> f32 {
    let mut sums = [F4::splat(0.0); 4];
    let (fours, rest) = a.as_chunks::<4>();
    let (others, others_rest) = b.as_chunks::<4>();
    for (i, (a, b)) in fours.iter().zip(others).enumerate() {
        // SAFETY: both are four floats.
        sums[i % 4] = sums[i % 4].add(f(unsafe { F4::load(a.as_ptr()) }, unsafe { F4::load(b.as_ptr()) }));
    }
    let rest: f32 = rest.iter().zip(others_rest).map(|(a, b)| f(F4::splat(*a), F4::splat(*b)).to_array()[0]).sum();
    sums[0].add(sums[1]).add(sums[2].add(sums[3])).sum() + rest
}

/// `f` of the values of two maps.
#[inline(always)]
fn map(a: &[f32], b: &[f32], out: &mut [f32], f: impl Fn(F4, F4) -> F4) {
    let (fours, rest) = a.as_chunks::<4>();
    let (others, others_rest) = b.as_chunks::<4>();
    let (outs, out_rest) = out.as_chunks_mut::<4>();
    for ((a, b), out) in fours.iter().zip(others).zip(outs) {
        // SAFETY: all are four floats.
        unsafe { f(F4::load(a.as_ptr()), F4::load(b.as_ptr())).store(out.as_mut_ptr()) };
    }
    for ((a, b), out) in rest.iter().zip(others_rest).zip(out_rest) {
        *out = f(F4::splat(*a), F4::splat(*b)).to_array()[0];
    }
}

/// `N` numbers of each channel, `[N, channels]`: one number of all channels after the other.
fn of_channels<const N: usize>(s: Shape, cost: usize, of: impl Fn(usize) -> [f32; N] + Copy) -> Vec<f32> {
    computed(N * s.channels, |out| {
        let out = Window::new(out, (N, s.channels), s.channels);
        let (parts, stretch) = stretches(s.channels);
        each(parts, 0, cost, move |part, _| {
            let channels = stretch(part);
            // SAFETY: every part has channels of its own.
            let mut out = unsafe { out.part(0..N, channels.clone()) };
            for (at, channel) in channels.enumerate() {
                of(channel).into_iter().enumerate().for_each(|(row, number)| out.row(row, at..at + 1)[0] = number);
            }
        })
    })
}

/// The mean and the biased variance of each channel.
///
/// # Panics
/// When there are not as many values.
pub fn statistics(s: Shape, x: &[f32]) -> (Vec<f32>, Vec<f32>) {
    assert_eq!(x.len(), s.len(), "maps of this shape");
    let mut means = of_channels(s, 2 * x.len(), |channel| {
        let mean = s.mean(x, channel, |map, _| total(map, map, |x, _| x));
        let shift = F4::splat(mean);
        let squares = |map: &[f32], _| {
            total(map, map, |x, _| {
                let x = x.sub(shift);
                x.mul(x)
            })
        };
        [mean, s.mean(x, channel, squares)]
    });
    let variances = means.split_off(s.channels);
    (means, variances)
}

/// What the values of each channel are multiplied by and what is added then.
fn affine(weight: f32, bias: f32, mean: f32, variance: f32, eps: f32) -> (f32, f32) {
    let scale = weight / (variance + eps).sqrt();
    (scale, bias - mean * scale)
}

/// `(x - mean) / sqrt(variance + eps) * weight + bias`.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When there are not as many values.
pub fn normalize(
    s: Shape,
    x: &[f32],
    (weight, bias): (&[f32], &[f32]),
    (mean, variance): (&[f32], &[f32]),
    eps: f32,
    out: &mut [f32],
) -> Result<(), Lost> {
    assert!([weight, bias, mean, variance].iter().all(|v| v.len() == s.channels), "a value for each channel");
    assert!(x.len() == s.len() && out.len() == s.len(), "maps of this shape");
    let out = Window::new(out, (s.batch * s.channels, s.pixels), s.pixels);
    let (parts, stretch) = stretches(s.channels);
    each(parts, 0, 2 * x.len(), move |part, _| {
        for channel in stretch(part) {
            let (scale, shift) = affine(weight[channel], bias[channel], mean[channel], variance[channel], eps);
            let (scale, shift) = (F4::splat(scale), F4::splat(shift));
            for (row, values) in s.maps(x, channel) {
                // SAFETY: every part has channels of its own.
                let mut out = unsafe { out.part(row..row + 1, 0..s.pixels) };
                map(values, values, out.row(0, 0..s.pixels), |x, _| x.mul_add(scale, shift));
            }
        }
    })
}

/// Gradients by the input, the weight and the bias.
pub struct Gradients {
    /// `[channels]`.
    pub by_weight: Vec<f32>,
    /// `[channels]`.
    pub by_bias: Vec<f32>,
    /// `[3, channels]`: the factors of the output's gradient and of `x`, and what is added.
    input: Vec<f32>,
}

impl Gradients {
    /// Of `by_output`, with the statistics of `x`.
    ///
    /// # Panics
    /// When there are not as many values.
    pub fn new(
        s: Shape,
        (x, by_output): (&[f32], &[f32]),
        weight: &[f32],
        (mean, variance): (&[f32], &[f32]),
        eps: f32,
    ) -> Self {
        assert!([weight, mean, variance].iter().all(|v| v.len() == s.channels), "a value for each channel");
        assert!(x.len() == s.len() && by_output.len() == s.len(), "maps of this shape");
        let n = (s.batch * s.pixels) as f32;
        let mut by_weight = of_channels(s, 2 * x.len(), |channel| {
            let (centre, deviation) = (mean[channel], (variance[channel] + eps).sqrt());
            let shift = F4::splat(centre);
            let average = s.mean(by_output, channel, |g, _| total(g, g, |g, _| g));
            let product = s.mean(by_output, channel, |g, row| {
                total(g, &x[row * s.pixels..][..s.pixels], |g, x| g.mul(x.sub(shift)))
            });
            let along = product / deviation;
            // weight / deviation * (g - average - (x - mean) / deviation * along).
            let scale = weight[channel] / deviation;
            let slope = -scale * along / deviation;
            [along * n, average * n, scale, slope, -scale * average - slope * centre]
        });
        let mut by_bias = by_weight.split_off(s.channels);
        let input = by_bias.split_off(s.channels);
        Self { by_weight, by_bias, input }
    }

    /// That by the input.
    ///
    /// # Errors
    /// When a helper was lost; then the gradient is not whole.
    ///
    /// # Panics
    /// When there are not as many values.
    pub fn write_input(&self, s: Shape, (x, by_output): (&[f32], &[f32]), out: &mut [f32]) -> Result<(), Lost> {
        assert!(x.len() == s.len() && by_output.len() == s.len() && out.len() == s.len(), "maps of this shape");
        let out = Window::new(out, (s.batch * s.channels, s.pixels), s.pixels);
        let (parts, stretch) = stretches(s.channels);
        let factors = &self.input[..];
        each(parts, 0, 3 * x.len(), move |part, _| {
            for channel in stretch(part) {
                let [scale, slope, shift] = [0, 1, 2].map(|of| F4::splat(factors[of * s.channels + channel]));
                for (row, g) in s.maps(by_output, channel) {
                    // SAFETY: every part has channels of its own.
                    let mut out = unsafe { out.part(row..row + 1, 0..s.pixels) };
                    let x = &x[row * s.pixels..][..s.pixels];
                    map(g, x, out.row(0, 0..s.pixels), |g, x| g.mul_add(scale, x.mul_add(slope, shift)));
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{close, noise};

    const EPS: f32 = 1e-3;

    /// The definition, in float64.
    fn plain(s: Shape, x: &[f64], weight: &[f64], bias: &[f64]) -> Vec<f64> {
        let n = (s.batch * s.pixels) as f64;
        let channel = |i: usize| i / s.pixels % s.channels;
        let sum = |c: usize, f: &dyn Fn(f64) -> f64| {
            x.iter().enumerate().filter(|(i, _)| channel(*i) == c).map(|(_, x)| f(*x)).sum::<f64>() / n
        };
        let mean: Vec<f64> = (0..s.channels).map(|c| sum(c, &|x| x)).collect();
        let variance: Vec<f64> = (0..s.channels).map(|c| sum(c, &|x| (x - mean[c]).powi(2))).collect();
        let value = |(i, x): (usize, &f64)| {
            let c = channel(i);
            (x - mean[c]) / (variance[c] + f64::from(EPS)).sqrt() * weight[c] + bias[c]
        };
        x.iter().enumerate().map(value).collect()
    }

    fn wide(values: &[f32]) -> Vec<f64> {
        values.iter().map(|&v| f64::from(v)).collect()
    }

    #[test]
    fn values_and_gradients() {
        for (batch, channels, pixels) in [(3, 2, 5), (2, 7, 16), (4, 3, 49)] {
            let s = Shape { batch, channels, pixels };
            let x: Vec<f32> = noise(s.len()).iter().enumerate().map(|(i, x)| x + (i % 3) as f32).collect();
            let (weight, bias, by_output) = (noise(channels), noise(channels + 1)[1..].to_vec(), noise(s.len()));
            let (mean, variance) = statistics(s, &x);
            let mut out = vec![f32::NAN; s.len()];
            normalize(s, &x, (&weight, &bias), (&mean, &variance), EPS, &mut out).unwrap();
            close(&out, &plain(s, &wide(&x), &wide(&weight), &wide(&bias)));

            let gradients = Gradients::new(s, (&x, &by_output), &weight, (&mean, &variance), EPS);
            let mut by_input = vec![f32::NAN; s.len()];
            gradients.write_input(s, (&x, &by_output), &mut by_input).unwrap();
            let loss = |[x, weight, bias]: [&[f64]; 3]| {
                plain(s, x, weight, bias).iter().zip(&by_output).map(|(y, g)| y * f64::from(*g)).sum::<f64>()
            };
            let given = [wide(&x), wide(&weight), wide(&bias)];
            for (of, got) in [&by_input, &gradients.by_weight, &gradients.by_bias].into_iter().enumerate() {
                let want: Vec<f64> = (0..got.len())
                    .map(|i| {
                        let at = |by: f64| {
                            let mut given = given.clone();
                            given[of][i] += by;
                            loss(given.each_ref().map(|v| &v[..]))
                        };
                        (at(1e-5) - at(-1e-5)) / 2e-5
                    })
                    .collect();
                close(got, &want);
            }
        }
    }
}
