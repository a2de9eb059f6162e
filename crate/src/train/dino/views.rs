//! Views of images: global and local crops, and their colours changed.

use burn::tensor::{Device, Tensor, TensorData};

use super::super::data::{Crop, Set};
use crate::random::Random;

/// Global views of each image, which come first, and local ones.
pub const GLOBAL: usize = 2;
pub const LOCAL: usize = 2;
/// Pixels per side of a local view.
pub const LOCAL_SIDE: usize = 16;

/// How views are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Views {
    /// Shares of the image's area that global views cover.
    global: (f64, f64),
    /// Likewise local ones.
    local: (f64, f64),
    /// The largest logarithm of a crop's width over that of a square of its area.
    stretch: f64,
    /// Whether colours change.
    coloured: bool,
    /// Pixels per side of global views, from which share of the run on.
    sides: &'static [(f64, usize)],
}

/// Those of the page's small DINO.
pub const PLAIN: Views =
    Views { global: (0.4, 1.0), local: (0.1, 0.4), stretch: 0.0, coloured: false, sides: &[(0.0, 32)] };
/// Those of the network that ships (`tests/reference/train_small.py`), whose global views grow.
pub const SHIPPED: Views =
    Views { global: (0.3, 1.0), local: (0.1, 0.35), stretch: 0.25, coloured: true, sides: &[(0.0, 24), (0.75, 32)] };

impl Views {
    /// Pixels per side of global views when this share of the run is over.
    fn side(&self, progress: f64) -> usize {
        let begun = self.sides.iter().take_while(|(from, _)| progress >= *from);
        begun.last().unwrap_or(&self.sides[0]).1
    }

    /// Global and local views of images, of a kind the first of each image, then the second.
    pub fn of(
        &self,
        set: &Set,
        images: &[usize],
        progress: f64,
        random: &mut Random,
        device: &Device,
    ) -> [Tensor<4>; 2] {
        let global = set.crops(&self.crops(set, images, GLOBAL, self.global, random), self.side(progress), device);
        let local = set.crops(&self.crops(set, images, LOCAL, self.local, random), LOCAL_SIDE, device);
        let mut changed = |views| if self.coloured { coloured(views, random) } else { views };
        [changed(global), changed(local)]
    }

    fn crops(&self, set: &Set, images: &[usize], count: usize, area: (f64, f64), random: &mut Random) -> Vec<Crop> {
        let side = set.side() as f64;
        let mut crop = |&image: &usize| {
            let size = side * random.between(area.0, area.1).sqrt();
            let stretch = if self.stretch > 0.0 { libm::exp(random.between(-self.stretch, self.stretch)) } else { 1.0 };
            let (width, height) = ((size * stretch).min(side), (size / stretch).min(side));
            let (x, y) = (random.between(0.0, side - width), random.between(0.0, side - height));
            Crop { image, x, y, width, height, flip: random.below(2) == 1 }
        };
        (0..count).flat_map(|_| images.iter().map(&mut crop).collect::<Vec<_>>()).collect()
    }
}

/// Views `[n, 3, side, side]` with another contrast, brightness and saturation in four of five, the first two of each
/// channel by itself (in place of hue), and one in five in grey.
fn coloured(views: Tensor<4>, random: &mut Random) -> Tensor<4> {
    let device = views.device();
    let n = views.dims()[0];
    let of = |values: Vec<f32>, channels: usize| {
        Tensor::<4>::from_data(TensorData::new(values, [n, channels, 1, 1]), &device)
    };
    let (mut contrast, mut gain, mut shift, mut saturation) = (vec![], vec![], vec![], vec![]);
    for _ in 0..n {
        let jitter = if random.share() < 0.8 { 1.0 } else { 0.0 };
        let mut by = |reach: f64| jitter * random.between(-reach, reach);
        contrast.push(1.0 + by(0.4) as f32);
        gain.extend([by(0.2), by(0.2), by(0.2)].map(|change| 1.0 + change as f32));
        let all = by(0.7);
        shift.extend([by(0.35), by(0.35), by(0.35)].map(|change| (all + change) as f32));
        let colour = 1.0 + by(0.4) as f32;
        saturation.push(if random.share() < 0.2 { 0.0 } else { colour });
    }
    let mean = views.clone().mean_dim(1).mean_dim(2).mean_dim(3);
    let views = ((views - mean.clone()) * of(contrast, 1) + mean) * of(gain, 3) + of(shift, 3);
    let grey = views.clone().mean_dim(1);
    grey.clone() + (views - grey) * of(saturation, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_views_grow_in_the_last_quarter() {
        assert_eq!([0.0, 0.74, 0.75, 1.0].map(|p| SHIPPED.side(p)), [24, 24, 32, 32]);
        assert_eq!([0.0, 1.0].map(|p| PLAIN.side(p)), [32, 32]);
    }

    #[test]
    fn colours_change_and_grey_has_none() {
        let device = Device::flex();
        let values: Vec<f32> = (0..64 * 3 * 4).map(|i| (i % 7) as f32 / 7.0).collect();
        let views = Tensor::<4>::from_data(TensorData::new(values.clone(), [64, 3, 2, 2]), &device);
        let changed = coloured(views, &mut Random::new(5)).into_data().try_to_vec::<f32>().expect("numbers");
        let grey = |v: &[f32]| (0..4).all(|i| (v[i] - v[i + 4]).abs() < 1e-6 && (v[i] - v[i + 8]).abs() < 1e-6);
        let greys = changed.chunks_exact(12).filter(|v| grey(v)).count();
        let kept = changed.chunks_exact(12).zip(values.chunks_exact(12));
        let kept = kept.filter(|(a, b)| a.iter().zip(*b).all(|(a, b)| (a - b).abs() < 1e-5)).count();
        assert!((5..25).contains(&greys), "{greys} of 64 are grey");
        assert!((3..25).contains(&kept), "{kept} of 64 are as they were");
    }
}
