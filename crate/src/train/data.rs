//! Labelled images: from a sheet of tiles to normalized batches, in an order and with changes that a seed tells.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};
use serde::Deserialize;

use crate::error::{Code, Error, Result};
use crate::image::Pipeline;
use crate::random::Random;

/// What stands beside a sheet: `www/samples/*.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Card {
    /// Class of each tile, row after row.
    pub labels: Vec<usize>,
    /// Pixels per side of a tile.
    pub tile: usize,
    /// Tiles in a row.
    pub columns: usize,
    /// Names of the classes.
    pub classes: Vec<String>,
}

/// The numbers of images.
#[derive(Debug, Clone, PartialEq)]
enum Values {
    /// 8-bit pixels, which a pipeline normalizes.
    Pixels(Vec<u8>),
    /// A network's features, as they are.
    Features(Vec<f32>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Pixels(values) => values.len(),
            Self::Features(values) => values.len(),
        }
    }

    /// Those of some images, each of `size` numbers.
    fn of(&self, images: &[usize], size: usize) -> Self {
        match self {
            Self::Pixels(v) => {
                Self::Pixels(images.iter().flat_map(|i| v[i * size..][..size].iter().copied()).collect())
            }
            Self::Features(v) => {
                Self::Features(images.iter().flat_map(|i| v[i * size..][..size].iter().copied()).collect())
            }
        }
    }

    fn at(&self, i: usize) -> f32 {
        match self {
            Self::Pixels(values) => f32::from(values[i]),
            Self::Features(values) => values[i],
        }
    }
}

/// Labelled square images of 8 bits, or what a network makes of them.
#[derive(Debug, Clone)]
pub struct Images {
    /// `[n, channels, side, side]`.
    values: Values,
    /// Class of each.
    pub labels: Vec<usize>,
    /// Names of the classes.
    pub classes: Vec<String>,
    channels: usize,
    side: usize,
}

impl Images {
    /// Images `[n, channels, side, side]`, one class for each.
    ///
    /// # Errors
    ///
    /// `BadInput` where there are not as many numbers as that, or a class has no name.
    pub fn new(
        pixels: Vec<u8>,
        labels: Vec<usize>,
        classes: Vec<String>,
        [channels, side]: [usize; 2],
    ) -> Result<Self> {
        Self::of_values(Values::Pixels(pixels), labels, classes, [channels, side])
    }

    /// Features `[n, width]`, one class for each.
    ///
    /// # Errors
    ///
    /// `BadInput` where there are not as many numbers as that, or a class has no name.
    pub fn of_features(features: Vec<f32>, labels: Vec<usize>, classes: Vec<String>, width: usize) -> Result<Self> {
        Self::of_values(Values::Features(features), labels, classes, [width, 1])
    }

    fn of_values(
        values: Values,
        labels: Vec<usize>,
        classes: Vec<String>,
        [channels, side]: [usize; 2],
    ) -> Result<Self> {
        let fits = values.len() == labels.len() * channels * side * side;
        if !fits || labels.iter().any(|&label| label >= classes.len()) {
            return Err(Error::new(Code::BadInput, "the images do not fit their labels"));
        }
        Ok(Self { values, labels, classes, channels, side })
    }

    /// The tiles of a sheet, given as RGBA pixels; of a grey one the red channel.
    ///
    /// # Errors
    ///
    /// `BadImage` when the sheet does not hold as many tiles as its card says, `BadInput` for a card that contradicts
    /// itself.
    pub fn of_sheet(rgba: &[u8], width: usize, card: Card, channels: usize) -> Result<Self> {
        let Card { labels, tile, columns, classes } = card;
        if tile == 0 || columns == 0 {
            return Err(Error::new(Code::BadInput, "the card of this sheet contradicts itself"));
        }
        if width < columns * tile || rgba.len() < 4 * width * tile * labels.len().div_ceil(columns) {
            return Err(Error::new(Code::BadImage, "the sheet holds fewer images than its card says"));
        }
        let mut pixels = Vec::with_capacity(labels.len() * channels * tile * tile);
        for i in 0..labels.len() {
            let (top, left) = (i / columns * tile, i % columns * tile);
            for channel in 0..channels {
                for y in 0..tile {
                    let row = 4 * ((top + y) * width + left) + channel;
                    pixels.extend((0..tile).map(|x| rgba[row + 4 * x]));
                }
            }
        }
        Self::new(pixels, labels, classes, [channels, tile])
    }

    /// How many images there are.
    pub fn count(&self) -> usize {
        self.labels.len()
    }

    /// The images of a range.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Self {
        self.chosen(&range.collect::<Vec<_>>())
    }

    /// Some of the images.
    #[must_use]
    pub fn chosen(&self, images: &[usize]) -> Self {
        let values = self.values.of(images, self.channels * self.side * self.side);
        let labels = images.iter().map(|&i| self.labels[i]).collect();
        Self { values, labels, classes: self.classes.clone(), ..*self }
    }

    /// Bytes of the images, one after another and each a channel after another; none where the images are features.
    pub fn pixels(&self) -> Option<&[u8]> {
        match &self.values {
            Values::Pixels(values) => Some(values),
            Values::Features(_) => None,
        }
    }

    /// Features `[n, width]`; none where the images are pixels.
    pub fn features(&self) -> Option<&[f32]> {
        match &self.values {
            Values::Features(values) => Some(values),
            Values::Pixels(_) => None,
        }
    }

    /// The first `count` images, as many of each class as of the others where the set holds its classes in any order.
    #[must_use]
    pub fn first_of_each(&self, count: usize) -> Self {
        // All of them, also where there are more of one class than of another, as in MNIST.
        if count >= self.count() {
            return self.clone();
        }
        let each = count / self.classes.len();
        let mut seen = vec![0; self.classes.len()];
        let chosen: Vec<usize> = (0..self.count())
            .filter(|&i| {
                seen[self.labels[i]] += 1;
                seen[self.labels[i]] <= each
            })
            .collect();
        self.chosen(&chosen)
    }

    /// Reduced to `side` pixels by the mean of whole cells; `side` divides the side that there is.
    #[must_use]
    pub fn reduced(&self, side: usize) -> Self {
        let cell = self.side / side;
        let Values::Pixels(pixels) = &self.values else { return self.clone() };
        if cell <= 1 {
            return self.clone();
        }
        let planes = pixels.chunks_exact(self.side * self.side);
        let mean = |plane: &[u8], y: usize, x: usize| {
            let rows = (0..cell).map(|dy| &plane[(y * cell + dy) * self.side + x * cell..][..cell]);
            let sum: usize = rows.flatten().map(|&v| usize::from(v)).sum();
            ((sum + cell * cell / 2) / (cell * cell)) as u8
        };
        let pixels = planes
            .flat_map(|plane| (0..side * side).map(move |at| mean(plane, at / side, at % side)).collect::<Vec<u8>>())
            .collect();
        let values = Values::Pixels(pixels);
        Self { values, labels: self.labels.clone(), classes: self.classes.clone(), side, ..*self }
    }

    fn value(&self, image: usize, channel: usize, y: usize, x: usize) -> f32 {
        self.values.at(((image * self.channels + channel) * self.side + y) * self.side + x)
    }
}

/// How a batch's images are changed before the network sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Augment {
    /// Moved by up to this many pixels in both directions, what is uncovered being mirrored (colour) or black (grey).
    pub shift: usize,
    /// Half of them mirrored left to right.
    pub flip: bool,
}

/// A crop of one image, in its pixels.
#[derive(Debug, Clone, Copy)]
pub struct Crop {
    /// Which image.
    pub image: usize,
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// From there on to the right.
    pub width: f64,
    /// From there on downwards.
    pub height: f64,
    /// Mirrored left to right.
    pub flip: bool,
}

/// Images with what makes them the numbers that a network takes.
#[derive(Debug, Clone)]
pub struct Set {
    /// The images.
    pub images: Images,
    mean: [f32; 3],
    std: [f32; 3],
    /// Black pixels around each image.
    pad: usize,
    /// A teacher's answers to the images as they are, one after another.
    pub taught: Option<Vec<f32>>,
}

impl Set {
    /// `images` normalized as `pipeline` does.
    pub fn new(images: Images, pipeline: &Pipeline) -> Self {
        Self { images, mean: pipeline.mean, std: pipeline.std, pad: pipeline.pad, taught: None }
    }

    /// Pixels per side of what the network takes.
    pub fn side(&self) -> usize {
        self.images.side + 2 * self.pad
    }

    /// Where the step's batch comes from: every image once in an epoch, in an order of its own; what does not fill a
    /// batch is left out.
    pub fn indices(&self, seed: u64, step: usize, batch: usize) -> Vec<usize> {
        let n = self.images.count();
        let batch = batch.min(n);
        let (epoch, at) = (step / (n / batch), step % (n / batch));
        Random::stream(seed, "order", epoch as u64).permutation(n)[at * batch..][..batch].to_vec()
    }

    /// The labels of images.
    pub fn labels(&self, indices: &[usize]) -> Vec<usize> {
        indices.iter().map(|&i| self.images.labels[i]).collect()
    }

    /// A teacher's answers to images, `[n, 1, 1, classes]`, where there is one.
    pub fn answers(&self, indices: &[usize], device: &Device) -> Option<Tensor<4>> {
        let classes = self.images.classes.len();
        let all = self.taught.as_ref()?;
        let chosen: Vec<f32> = indices.iter().flat_map(|&i| &all[i * classes..][..classes]).copied().collect();
        Some(Tensor::from_data(TensorData::new(chosen, [indices.len(), 1, 1, classes]), device))
    }

    fn value(&self, channel: usize, value: f32) -> f32 {
        match self.images.values {
            Values::Pixels(_) => (value / 255.0 - self.mean[channel]) / self.std[channel],
            Values::Features(_) => value,
        }
    }

    /// Images as they are, `[n, channels, side, side]`.
    pub fn batch(&self, indices: &[usize], device: &Device) -> Tensor<4> {
        self.filled(indices, device, &|_| (0, 0, false))
    }

    /// Images shifted and mirrored as `random` tells.
    pub fn augmented(&self, indices: &[usize], augment: Augment, random: &mut Random, device: &Device) -> Tensor<4> {
        let reach = augment.shift as isize;
        let moves: Vec<(isize, isize, bool)> = indices
            .iter()
            .map(|_| {
                let mut by = || random.below(2 * augment.shift + 1) as isize - reach;
                (by(), by(), augment.flip && random.below(2) == 1)
            })
            .collect();
        self.filled(indices, device, &|i| moves[i])
    }

    fn filled(&self, indices: &[usize], device: &Device, change: &dyn Fn(usize) -> (isize, isize, bool)) -> Tensor<4> {
        let (side, channels) = (self.side(), self.images.channels);
        let mut data = Vec::with_capacity(indices.len() * channels * side * side);
        for (i, &image) in indices.iter().enumerate() {
            let (dy, dx, flip) = change(i);
            for channel in 0..channels {
                for y in 0..side {
                    for x in 0..side {
                        let x = if flip { side - 1 - x } else { x };
                        data.push(self.value(channel, self.at(image, channel, y as isize + dy, x as isize + dx)));
                    }
                }
            }
        }
        Tensor::from_data(TensorData::new(data, [indices.len(), channels, side, side]), device)
    }

    /// A pixel of the padded image, or beyond it.
    fn at(&self, image: usize, channel: usize, y: isize, x: isize) -> f32 {
        let n = self.images.side as isize;
        let (y, x) = (y - self.pad as isize, x - self.pad as isize);
        let inside = |i: isize| (0..n).contains(&i);
        if inside(y) && inside(x) {
            return self.images.value(image, channel, y as usize, x as usize);
        }
        if self.pad > 0 {
            return 0.0;
        }
        // Mirrored at the border: -1 is 1, n is n - 2.
        let mirrored = |i: isize| ((n - 1) - ((n - 1) - i.abs()).abs()).clamp(0, n - 1) as usize;
        self.images.value(image, channel, mirrored(y), mirrored(x))
    }

    /// Crops resampled to `side` pixels, bilinear.
    pub fn crops(&self, crops: &[Crop], side: usize, device: &Device) -> Tensor<4> {
        let channels = self.images.channels;
        let mut data = Vec::with_capacity(crops.len() * channels * side * side);
        for crop in crops {
            let (across, down) = (crop.width / side as f64, crop.height / side as f64);
            for channel in 0..channels {
                for y in 0..side {
                    for x in 0..side {
                        let x = if crop.flip { side - 1 - x } else { x };
                        let (fy, fx) =
                            (crop.y + (y as f64 + 0.5) * down - 0.5, crop.x + (x as f64 + 0.5) * across - 0.5);
                        data.push(self.value(channel, self.between(crop.image, channel, fy, fx)));
                    }
                }
            }
        }
        Tensor::from_data(TensorData::new(data, [crops.len(), channels, side, side]), device)
    }

    fn between(&self, image: usize, channel: usize, y: f64, x: f64) -> f32 {
        let last = (self.images.side - 1) as f64;
        let (y, x) = (y.clamp(0.0, last), x.clamp(0.0, last));
        let (top, left) = (y.floor() as usize, x.floor() as usize);
        let (dy, dx) = ((y - y.floor()) as f32, (x - x.floor()) as f32);
        let (bottom, right) = ((top + 1).min(self.images.side - 1), (left + 1).min(self.images.side - 1));
        let pixel = |y, x| self.images.value(image, channel, y, x);
        let upper = pixel(top, left) * (1.0 - dx) + pixel(top, right) * dx;
        let lower = pixel(bottom, left) * (1.0 - dx) + pixel(bottom, right) * dx;
        upper * (1.0 - dy) + lower * dy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two grey tiles of 2 x 2, side by side.
    fn sheet() -> Images {
        let grey = [1, 2, 5, 6, 3, 4, 7, 8u8];
        let rgba: Vec<u8> = grey.iter().flat_map(|&v| [v, 0, 0, 255]).collect();
        let card = Card { labels: vec![1, 0], tile: 2, columns: 2, classes: vec!["a".into(), "b".into()] };
        Images::of_sheet(&rgba, 4, card, 1).expect("the sheet holds both tiles")
    }

    #[test]
    fn tiles_are_cut_from_the_sheet() {
        assert_eq!(sheet().values, Values::Pixels(vec![1, 2, 3, 4, 5, 6, 7, 8]));
        assert_eq!(sheet().part(1..2).values, Values::Pixels(vec![5, 6, 7, 8]));
    }

    #[test]
    fn a_sheet_too_small_is_refused() {
        let card = Card { labels: vec![0; 3], tile: 2, columns: 1, classes: vec!["a".into()] };
        assert_eq!(Images::of_sheet(&[0; 16], 2, card, 1).expect_err("three tiles are missing").code, Code::BadImage);
    }

    #[test]
    fn as_many_of_each_class_are_chosen_and_all_where_all_are_wanted() {
        let labels = vec![0, 0, 0, 1, 1];
        let images = Images::new(vec![0, 1, 2, 3, 4], labels, vec!["a".into(), "b".into()], [1, 1]).expect("pixels");
        assert_eq!(images.first_of_each(4).values, Values::Pixels(vec![0, 1, 3, 4]));
        assert_eq!(images.first_of_each(5).count(), 5);
    }

    #[test]
    fn cells_are_reduced_to_their_mean() {
        assert_eq!(sheet().reduced(1).values, Values::Pixels(vec![3, 7]));
    }

    #[test]
    fn an_epoch_sees_every_image_once() {
        let images = Images::new(vec![0; 10], vec![0; 10], vec!["a".into()], [1, 1]).expect("ten pixels");
        let set = Set { images, mean: [0.0; 3], std: [1.0; 3], pad: 0, taught: None };
        let mut seen: Vec<usize> = (5..10).flat_map(|step| set.indices(4, step, 2)).collect();
        assert_ne!(seen, (0..5).flat_map(|step| set.indices(4, step, 2)).collect::<Vec<_>>());
        seen.sort_unstable();
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn a_whole_crop_is_the_image_and_a_mirrored_one_its_mirror_image() {
        let set = Set { images: sheet(), mean: [0.0; 3], std: [1.0 / 255.0; 3], pad: 0, taught: None };
        let crop = |flip| Crop { image: 0, x: 0.0, y: 0.0, width: 2.0, height: 2.0, flip };
        let values = |t: Tensor<4>| t.into_data().try_to_vec::<f32>().expect("numbers");
        assert_eq!(values(set.crops(&[crop(false)], 2, &Device::flex())), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(values(set.crops(&[crop(true)], 2, &Device::flex())), [2.0, 1.0, 4.0, 3.0]);
    }
}
