//! One core and several give the same, and one that is lost is done without.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::attention::{self, Bias, Heads};
use crate::conv::{self, Ending};
use crate::cut::{self, Cut};
use crate::gemm::{Activation, Rows};
use crate::testing::noise;
use crate::window::Window;
use crate::{batch_norm, linear, math, max_pool};

/// What a network's kernels give, in bits.
fn results() -> Vec<Vec<u32>> {
    let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    let mut all = Vec::new();
    for (rows, k, columns) in [(197, 96, 90), (700, 64, 31), (49, 256, 130), (2, 512, 1001)] {
        let (x, weight, bias) = (noise(rows * k), noise(columns * k), noise(columns));
        let residual = noise(rows * columns);
        for activation in [Activation::None, Activation::Relu, Activation::Gelu] {
            all.push(bits(computed(rows * columns, |out| {
                let out = Window::new(out, (rows, columns), columns);
                let residual = (activation == Activation::None).then_some(Rows { data: &residual, stride: columns });
                linear::linear((&x, k), &weight, linear::Ending { bias: Some(&bias), residual, activation }, out)
            })));
        }
    }
    for (channels, side, out, kernel, stride, padding, groups) in [
        (3, 61, 21, 7, 2, 3, 1),
        (64, 7, 130, 3, 1, 1, 1),
        (18, 33, 37, 3, 1, 1, 1),
        (64, 14, 70, 3, 1, 1, 1),
        (3, 96, 50, 16, 16, 0, 1),
        (24, 20, 40, 3, 1, 1, 2),
    ] {
        let s = conv::Shape { channels, height: side, width: side, out, kernel, stride, padding, groups };
        let (input, weight) = (noise(channels * side * side), noise(out * channels / groups * kernel * kernel));
        let (bias, residual) = (noise(out), noise(s.out_len()));
        let ending = Ending { bias: Some(&bias), residual: Some(&residual), activation: Activation::Relu };
        all.push(bits(computed(s.out_len(), |out| conv::conv2d(&s, &input, &weight, ending, out))));
    }
    for (batch, heads, tokens, width) in [(1, 3, 197, 32), (16, 4, 49, 32)] {
        let s = attention::Shape { batch, heads, tokens, width };
        let qkv = noise(batch * tokens * 3 * heads * width);
        let token = 3 * heads * width;
        let part = |i: usize| Heads { data: &qkv[i * heads * width..], batch: tokens * token, head: width, token };
        let relative = noise(heads * tokens * tokens);
        let bias = Bias { relative: Some(&relative), mask: None };
        let weights =
            computed(batch * heads * tokens * tokens, |out| attention::weights(s, (part(0), part(1)), 0.2, bias, out));
        let len = batch * tokens * heads * width;
        all.push(bits(computed(len, |out| attention::attend(s, &weights, part(2), out))));
        let parts = (part(0), part(1), part(2));
        all.push(bits(computed(len, |out| attention::attention(s, parts, 0.2, bias, out))));
        assert_eq!(all[all.len() - 1], all[all.len() - 2], "what is fused is what is not");
        all.push(bits(weights));
    }
    let (x, weight, bias) = (noise(301 * 192), noise(192), noise(192));
    all.push(bits(computed(x.len(), |out| math::layer_norm(&x, (&weight, &bias), 1e-6, None, out))));
    all.push(bits(computed(x.len(), |out| math::gelu_into(&x, out))));
    let (x, c, windows) = (noise(28 * 42 * 96), 96, Cut { height: 28, width: 42, side: 7, shift: 3 });
    let (weight, bias) = (&noise(c), &noise(c));
    let normed = computed(x.len(), |out| math::layer_norm(&x, (weight, bias), 1e-6, None, out));
    let apart = computed(x.len(), |out| cut::windows(&normed, c, windows, out));
    let at_once = computed(x.len(), |out| math::layer_norm(&x, (weight, bias), 1e-6, Some(windows), out));
    assert!(apart == at_once, "what is fused is what is not");
    all.push(bits(computed(x.len(), |out| cut::maps(&apart, c, windows, Some(&x), out))));
    all.push(bits(computed(x.len(), |out| cut::neighbours(&x, (42, c), out))));
    all.push(bits(apart));
    let s = max_pool::Shape { height: 112, width: 84, kernel: 3, stride: 2, padding: 1 };
    let (h, w) = s.size();
    all.push(bits(computed(12 * h * w, |out| max_pool::max_pool(&s, &x, out))));
    all.extend(of_training().into_iter().map(bits));
    all
}

/// What a step of training computes of a batch.
fn of_training() -> Vec<Vec<f32>> {
    const BATCH: usize = 5;
    let mut all = Vec::new();
    for (channels, side, out, kernel, stride) in [(16, 18, 20, 3, 1), (3, 15, 24, 5, 2), (8, 12, 90, 3, 1)] {
        let s = conv::Shape { channels, height: side, width: side, out, kernel, stride, padding: 1, groups: 1 };
        let (input, weight) = (noise(BATCH * s.in_len()), noise(out * channels * kernel * kernel));
        let by_output = noise(BATCH * s.out_len());
        let none = Ending { bias: None, residual: None, activation: Activation::None };
        let gradient = conv::backward::InputGradient::new(&s, &weight);
        all.push(computed(by_output.len(), |out| conv::conv2d(&s, &input, &weight, none, out)));
        all.push(computed(input.len(), |out| gradient.write(&by_output, out)));
        all.push(computed(weight.len(), |out| conv::backward::weight_gradient(&s, &input, &by_output, out)));
    }
    let s = batch_norm::Shape { batch: BATCH, channels: 33, pixels: 900 };
    let (x, by_output, weight) = (noise(BATCH * 33 * 900), noise(BATCH * 33 * 900), noise(33));
    let (mean, variance) = batch_norm::statistics(s, &x);
    let gradients = batch_norm::Gradients::new(s, (&x, &by_output), &weight, (&mean, &variance), 1e-5);
    all.push(computed(x.len(), |out| gradients.write_input(s, (&x, &by_output), out)));
    all.extend([mean, variance, gradients.by_weight, gradients.by_bias]);
    let (rows, columns, k) = (300, 70, 90);
    let (x, by_output, weight) = (noise(rows * k), noise(rows * columns), noise(columns * k));
    let sizes = (rows, columns, k);
    all.push(computed(x.len(), |out| linear::backward::input_gradient(&by_output, &weight, sizes, out)));
    all.push(computed(weight.len(), |out| linear::backward::weight_gradient(&by_output, &x, sizes, out)));
    all
}

fn found(helpers: usize) -> &'static Pool {
    let pool = Pool::found(helpers);
    for number in 0..helpers {
        std::thread::spawn(move || {
            crate::testing::forbid_allocation();
            pool.help(number)
        });
    }
    while cores() <= helpers {
        std::thread::yield_now();
    }
    pool
}

#[test]
fn several_cores_give_the_bits_of_one() {
    let one = results();
    for helpers in [1, 4] {
        let pool = found(helpers);
        for _ in 0..3 {
            for (i, (several, one)) in results().iter().zip(&one).enumerate() {
                assert!(several == one, "result {i} with {helpers} helpers");
            }
        }
        assert!(pool.turn.load() > 20, "work was shared");
    }
}

#[test]
fn every_part_is_computed_once() {
    found(3);
    for parts in 1..200 {
        let counts: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
        let count = |part: usize, scratch: &mut [f32]| {
            scratch[..500].fill(part as f32);
            counts[part].fetch_add(1, Ordering::Relaxed);
            assert!(scratch[..500].iter().all(|&x| x == part as f32), "somebody else wrote to this scratch");
        };
        each(parts, 500 * parts, WORTH, count).unwrap();
        assert!(counts.iter().all(|c| c.load(Ordering::Relaxed) == 1));
    }
}

#[test]
fn a_helper_that_stops_is_done_without() {
    let pool = found(1);
    let owner = std::thread::current().id();
    let helped = AtomicUsize::new(0);
    let values = computed(64, |values| {
        let values = Window::new(values, (64, 1), 1);
        each(64, 0, WORTH, |part, _| {
            if std::thread::current().id() != owner {
                helped.fetch_add(1, Ordering::SeqCst);
                loop {
                    std::thread::park();
                }
            }
            // The first waits until the helper has one too.
            while helped.load(Ordering::SeqCst) == 0 {
                std::thread::yield_now();
            }
            // SAFETY: every part has a row of its own.
            unsafe { values.part(part..part + 1, 0..1) }.whole()[0] = part as f32;
        })
    });
    assert!(values.iter().enumerate().all(|(i, &x)| x == i as f32));
    assert_eq!(helped.load(Ordering::SeqCst), 1);
    assert!(cores() == 1 && is_broken() && pool.helpers() == 0);
}

#[test]
fn grids_cover_all() {
    for (rows, panels, most) in [(1, 1, 1), (192, 25, 32), (10, 1, 5), (512, 7, 5), (4, 100, 3)] {
        let grid = Grid::new((rows, 4), panels, (3, most));
        let mut seen = vec![0; rows * panels];
        for part in 0..grid.parts() {
            let (r, p) = grid.part(part);
            assert!(r.start % 4 == 0 && r.len() <= grid.high() && p.len() <= grid.wide().min(most));
            r.for_each(|r| p.clone().for_each(|p| seen[r * panels + p] += 1));
        }
        assert!(seen.iter().all(|&n| n == 1));
    }
}
