//! MAE: hidden patches guessed from the visible ones, and how wrong each guess is. Another network has nothing of this.

use burn::tensor::Tensor;

use super::bad;
use crate::error::Result;
use crate::models::mae::{Config, PatchMask, statistics};
use crate::network::{Values, View, read};

/// What [`View::reconstruct`] answers.
#[derive(Debug, Clone)]
pub struct Reconstruction {
    /// Predicted pixels `[1, patches, patch^2 * channels]`.
    pub prediction: Values,
    /// The image that they make, visible patches as given: `[1, channels, size, size]`, normalized as the input.
    pub image: Values,
    /// 1 where a patch was hidden.
    pub mask: Vec<u8>,
    /// Mean squared error on hidden patches.
    pub loss: f32,
}

impl View<'_> {
    /// The mask that a caller drew (1 hides a patch), or the one of `noise` (the patches of lowest noise stay visible,
    /// as many as in the paper), or the one of this view, or the network's own.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network that is no MAE, or a mask or noise that is not one number for each patch.
    pub fn patch_mask(&self, noise: Option<&[f32]>, drawn: Option<&[u8]>) -> Result<PatchMask> {
        let config = self.reconstructing()?;
        let n = config.patches();
        let length = drawn.map(<[u8]>::len).or(noise.map(<[f32]>::len)).unwrap_or(n);
        if length != n {
            return Err(bad(format!("this MAE has {n} patches, the mask has {length}")));
        }
        Ok(match (drawn, noise) {
            (Some(drawn), _) => PatchMask::from_hidden(&drawn.iter().map(|&m| m != 0).collect::<Vec<_>>()),
            (None, Some(noise)) => PatchMask::from_noise(noise, config.visible()),
            (None, None) => self.mask().cloned().unwrap_or_else(|| config.own_mask()),
        })
    }

    /// Hides patches, encodes the rest and predicts their pixels (MAE, section 3).
    ///
    /// # Errors
    ///
    /// `BadInput` when the network is no MAE, or the mask leaves nothing to see or has another length; `DeviceLost`
    /// when the device does not answer.
    pub async fn reconstruct(&self, image: Tensor<4>, mask: &PatchMask) -> Result<Reconstruction> {
        let config = self.reconstructing()?;
        let graph = config.masked_graph(mask)?;
        let prediction = read(self.run(&graph).output(image.clone())).await?;
        let target = read(image).await?.data;
        Ok(assembled(&config, prediction, &target, mask.hidden()))
    }

    /// The error of each hidden patch of a reconstruction, `[rows, columns]`: the root of the mean squared difference
    /// over its pixels and colours, as a share of full brightness; 0 for a visible patch. `given` is the image
    /// `[channels, size, size]`, normalized with the deviations `std`.
    ///
    /// # Errors
    ///
    /// `BadInput` when the network is no MAE.
    pub fn patch_errors(&self, given: &[f32], made: &Reconstruction, std: &[f32]) -> Result<Values> {
        Ok(patch_errors(&self.reconstructing()?, given, &made.image.data, &made.mask, std))
    }

    fn reconstructing(&self) -> Result<Config> {
        let other = || bad("only an MAE reconstructs hidden patches");
        Config::of(self.architecture()).ok_or_else(other)?.at(self.input().size)
    }
}

/// The image that a prediction makes, and the loss on it.
fn assembled(config: &Config, prediction: Values, image: &[f32], mask: Vec<u8>) -> Reconstruction {
    let pixels = config.patch * config.patch * config.channels;
    let target = config.patch_pixels(image);
    let (mut sum, mut count) = (0.0f64, 0usize);
    let mut shown = vec![0.0; target.len()];
    for (i, patch) in target.chunks_exact(pixels).enumerate() {
        let (mean, deviation) = if config.norm_pix_loss { statistics(patch) } else { (0.0, 1.0) };
        let predicted = &prediction.data[i * pixels..][..pixels];
        let out = &mut shown[i * pixels..][..pixels];
        if mask[i] == 0 {
            out.copy_from_slice(patch);
            continue;
        }
        let errors = patch.iter().zip(predicted).map(|(t, p)| f64::from((t - mean) / deviation - p).powi(2));
        sum += errors.sum::<f64>() / pixels as f64;
        count += 1;
        // What the network says of a patch in its own mean and deviation is shown in them.
        out.iter_mut().zip(predicted).for_each(|(o, p)| *o = p * deviation + mean);
    }
    let shape = vec![1, config.channels, config.size, config.size];
    let image = Values { data: config.image_of_patches(&shown), shape };
    let n = prediction.data.len() / pixels;
    let prediction = Values { data: prediction.data, shape: vec![1, n, pixels] };
    Reconstruction { prediction, image, mask, loss: (sum / count.max(1) as f64) as f32 }
}

fn patch_errors(config: &Config, given: &[f32], made: &[f32], mask: &[u8], std: &[f32]) -> Values {
    let pixels = config.patch * config.patch * config.channels;
    let (given, made) = (config.patch_pixels(given), config.patch_pixels(made));
    let error = |(patch, &hidden): (usize, &u8)| {
        let all = patch * pixels..(patch + 1) * pixels;
        let pairs = given[all.clone()].iter().zip(&made[all]).enumerate();
        let squares = pairs.map(|(i, (a, b))| f64::from((a - b) * std[i % config.channels]).powi(2));
        if hidden == 0 { 0.0 } else { (squares.sum::<f64>() / pixels as f64).sqrt() as f32 }
    };
    let side = config.size / config.patch;
    Values { data: mask.iter().enumerate().map(error).collect(), shape: vec![side, side] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two patches by two: one hidden and wrong by half the deviation everywhere, one hidden and wrong in one colour.
    #[test]
    fn errors_have_units() {
        let config = Config { size: 4, patch: 2, ..Config::cifar() };
        let given = vec![0.0; 3 * 16];
        let mut made = given.clone();
        for channel in 0..3 {
            for at in [0, 1, 4, 5] {
                made[channel * 16 + at] = 0.5;
            }
        }
        // The second patch's green, and the third patch, which is visible.
        [2, 3, 6, 7].into_iter().for_each(|at| made[16 + at] = 1.0);
        made[8] = 9.0;
        let errors = patch_errors(&config, &given, &made, &[1, 1, 0, 1], &[0.2, 0.2, 0.2]);
        assert_eq!(errors.shape, [2, 2]);
        let want = [0.1, (0.2f32 * 0.2 / 3.0).sqrt(), 0.0, 0.0];
        assert!(errors.data.iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-6), "{errors:?}");
    }
}
