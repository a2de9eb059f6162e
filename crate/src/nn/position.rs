//! Position embeddings at another resolution (ViT section 3.2), as timm's `resample_abs_pos_embed`: bicubic, antialiased.

/// The matrix `[new^2, old^2]` (row-major) that resamples a square grid of embeddings.
pub fn resample_matrix(old: usize, new: usize) -> Vec<f32> {
    let line = resample_line(old, new);
    let mut matrix = Vec::with_capacity(new * new * old * old);
    for y in 0..new {
        for x in 0..new {
            matrix.extend((0..old * old).map(|i| line[y * old + i / old] * line[x * old + i % old]));
        }
    }
    matrix
}

/// One axis, `[new, old]`: `F.interpolate(mode="bicubic", antialias=True)`, whose cubic has a = -0.5.
fn resample_line(old: usize, new: usize) -> Vec<f32> {
    let scale = old as f64 / new as f64;
    let stretch = scale.max(1.0);
    let mut line = Vec::with_capacity(new * old);
    for i in 0..new {
        let center = scale * (i as f64 + 0.5);
        let weights: Vec<f64> = (0..old).map(|j| cubic((j as f64 + 0.5 - center) / stretch)).collect();
        let sum: f64 = weights.iter().sum();
        line.extend(weights.iter().map(|w| (w / sum) as f32));
    }
    line
}

fn cubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    match x.abs() {
        x if x < 1.0 => ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0,
        x if x < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * A,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_size_is_the_identity() {
        let m = resample_matrix(3, 3);
        for (i, w) in m.iter().enumerate() {
            let expected = if i / 9 == i % 9 { 1.0 } else { 0.0 };
            assert!((w - expected).abs() < 1e-6);
        }
    }

    #[test]
    fn rows_sum_to_one() {
        for row in resample_matrix(14, 24).chunks(196) {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }
}
