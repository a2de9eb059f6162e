//! How many small pictures are still read rightly when each is moved within its field.

use serde::Deserialize;

use super::{bad, largest};
use crate::error::Result;
use crate::image::Pipeline;
use crate::network::{View, read};

/// Which pictures, and how far.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ShiftArgs {
    /// The class of each picture.
    pub labels: Vec<usize>,
    /// Pixels to the right; below 0 to the left.
    pub shift: isize,
}

/// Grey pictures `[n, height, width]` of 0 to 255, each in the middle of a black field of `size` pixels on a side, then
/// moved to the right: `[n, size, size]`. What leaves the field is lost.
fn moved(pictures: &[f32], [height, width]: [usize; 2], size: usize, shift: isize) -> Vec<f32> {
    let count = pictures.len() / (height * width);
    let mut fields = vec![0.0; count * size * size];
    let (top, left) = ((size - height) / 2, (size - width) / 2);
    for (i, &value) in pictures.iter().enumerate() {
        let (picture, y, x) = (i / (height * width), i / width % height, i % width);
        if let Some(column) = (left + x).checked_add_signed(shift).filter(|column| *column < size) {
            fields[(picture * size + top + y) * size + column] = value;
        }
    }
    fields
}

impl View<'_> {
    /// How many of the pictures `[n, 1, height, width]`, grey values of 0 to 255, get their own class as first answer
    /// after the shift.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network that reads colours or answers without classes, for pictures that do not fit its field
    /// and for labels that are not as many.
    pub async fn right_after_shift(
        &self,
        pictures: &[f32],
        shape: &[usize],
        pipeline: &Pipeline,
        args: &ShiftArgs,
    ) -> Result<usize> {
        self.has_logits()?;
        let (size, channels) = (self.input().size, self.input().channels);
        let fits = matches!(*shape, [n, 1, h, w] if channels == 1 && n > 0 && n == args.labels.len()
            && (1..=size).contains(&h) && (1..=size).contains(&w) && n * h * w == pictures.len());
        if !fits {
            return Err(bad(format!(
                "expected labelled grey pictures of at most {size} pixels on a side, not {shape:?}"
            )));
        }
        let mut data = moved(pictures, [shape[2], shape[3]], size, args.shift);
        data.iter_mut().for_each(|v| *v = (*v / 255.0 - pipeline.mean[0]) / pipeline.std[0]);
        let answers = read(self.forward(self.tensor(data, &[shape[0], 1, size, size])?)).await?;
        let classes = answers.data.len() / shape[0];
        let right = |(scores, label): &(&[f32], &usize)| largest(scores) == **label;
        Ok(answers.data.chunks_exact(classes).zip(&args.labels).filter(right).count())
    }
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn pictures_move_within_their_field() {
        let picture = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(moved(&picture, [2, 2], 4, 0)[4..12], [0.0, 1.0, 2.0, 0.0, 0.0, 3.0, 4.0, 0.0]);
        assert_eq!(moved(&picture, [2, 2], 4, 2)[4..12], [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 3.0]);
        assert_eq!(moved(&picture, [2, 2], 4, -3)[4..12], [0.0; 8]);
        let two = moved(&[1.0, 2.0], [1, 1], 2, 1);
        assert_eq!(two, [0.0, 1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
    }
}
