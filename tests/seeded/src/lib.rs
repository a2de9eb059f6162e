//! `tests/reference/seeded.py` in Rust, value for value: value `i` of a tensor is `splitmix64(fnv1a64(name) + i)`,
//! mapped to [-1, 1). The PyTorch side and the tests make the same checkpoint and the same input from a name, so none
//! is downloaded and none is in git.

mod checkpoint;

pub use checkpoint::{Dtype, Manifest, manifest, write_safetensors};

fn fnv1a64(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

fn splitmix64(state: u64) -> u64 {
    let mut z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// `count` values in [-1, 1) of 24 random bits each.
pub fn uniform(name: &str, count: usize) -> Vec<f32> {
    let start = fnv1a64(name);
    (1..=count as u64)
        .map(|i| splitmix64(start.wrapping_add(i.wrapping_mul(0x9E37_79B9_7F4A_7C15))))
        .map(|bits| (bits >> 40) as f32 / (1u32 << 23) as f32 - 1.0)
        .collect()
}

/// The value of one checkpoint entry, scaled so that activations stay of order one in deep networks.
pub fn parameter(key: &str, shape: &[usize], seed: &str) -> Vec<f32> {
    let (offset, scale) = offset_and_scale(key, shape);
    let mut values = uniform(&format!("{seed}{key}"), shape.iter().product());
    for value in &mut values {
        *value = offset + scale * *value;
    }
    values
}

fn offset_and_scale(key: &str, shape: &[usize]) -> (f32, f32) {
    const TOKENS: [&str; 4] = ["cls_token", "mask_token", "pos_embed", "position_embeddings"];
    if key.ends_with("running_var") {
        (1.0, 0.5)
    } else if key.ends_with("running_mean") {
        (0.0, 0.1)
    } else if key.contains("relative_position_bias_table") {
        (0.0, 1.0)
    } else if shape.len() >= 2 && TOKENS.iter().any(|token| key.ends_with(token)) {
        (0.0, 0.5)
    } else if shape.len() >= 2 {
        let fan_in: usize = shape[1..].iter().product();
        (0.0, (3.0 / fan_in as f64).sqrt() as f32)
    } else if key.ends_with("weight") {
        (1.0, 0.2) // scales of a normalization
    } else {
        (0.0, 0.1) // biases
    }
}

/// An input `[1, channels, size, size]`, already normalized: smooth waves plus noise.
pub fn image(name: &str, size: usize, channels: usize) -> Vec<f32> {
    let mut values = uniform(&format!("input:{name}"), channels * size * size);
    for (i, value) in values.iter_mut().enumerate() {
        let (c, y, x) = (i / (size * size), i / size % size, i % size);
        let phase = (x as f32 * (c + 1) as f32 + y as f32 * (c + 2) as f32) * 0.05;
        *value = phase.sin() + 0.5 * *value;
    }
    values
}
