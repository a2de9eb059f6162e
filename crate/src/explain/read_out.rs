//! How well frozen features name things: each of many labelled images is named by the vote of its neighbours among the
//! others.

use serde::{Deserialize, Serialize};

use super::{bad, largest};
use crate::error::Result;
use crate::models::dino::Bank;

/// Labels of the images, and how many neighbours vote.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ReadOutArgs {
    /// The class of each image.
    pub labels: Vec<usize>,
    /// How many neighbours vote; 20 in DINO's evaluation.
    pub k: usize,
}

/// What the votes came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReadOut {
    /// Images that were given their own class.
    pub right: usize,
    /// All images.
    pub of: usize,
}

/// Rows around their mean, each of length one; a row that is the mean stays zero.
fn directions(features: &[f32], width: usize) -> Vec<Vec<f32>> {
    let count = (features.len() / width) as f32;
    let mean: Vec<f32> = (0..width).map(|i| features.iter().skip(i).step_by(width).sum::<f32>() / count).collect();
    let direction = |row: &[f32]| {
        let around: Vec<f32> = row.iter().zip(&mean).map(|(x, m)| x - m).collect();
        let length = around.iter().map(|x| x * x).sum::<f32>().sqrt();
        around.iter().map(|x| x / length.max(f32::MIN_POSITIVE)).collect()
    };
    features.chunks_exact(width).map(direction).collect()
}

/// Features `[n, width]` of n images, each named by the weighted vote of its `k` nearest neighbours among all others
/// (leave one out), by the cosine around the mean of all as in [`super::neighbours`]. Nothing is trained.
///
/// # Errors
///
/// `BadInput` where features and labels are not as many, or fewer than two, and for `k` of 0.
pub fn read_out(features: &[f32], shape: &[usize], args: &ReadOutArgs) -> Result<ReadOut> {
    let (n, labels) = (args.labels.len(), &args.labels);
    let width = match *shape {
        [rows, width] if rows == n && n > 1 && width > 0 && rows * width == features.len() && args.k > 0 => width,
        _ => {
            return Err(bad(format!(
                "expected features [n, width] with a label each and voters, not {shape:?} and {n} labels"
            )));
        }
    };
    let rows = directions(features, width);
    let classes = labels.iter().max().map_or(0, |most| most + 1);
    let named = |asked: usize| {
        let similar = |other: usize| rows[asked].iter().zip(&rows[other]).map(|(a, b)| a * b).sum::<f32>();
        let mut near: Vec<(f32, usize)> = (0..n).filter(|&i| i != asked).map(|i| (similar(i), labels[i])).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.truncate(args.k);
        largest(&Bank::votes(&near, classes))
    };
    Ok(ReadOut { right: (0..n).filter(|&i| named(i) == labels[i]).count(), of: n })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(features: &[f32], labels: &[usize], k: usize) -> Result<ReadOut> {
        let args = ReadOutArgs { labels: labels.to_vec(), k };
        read_out(features, &[labels.len(), features.len() / labels.len().max(1)], &args)
    }

    /// Around their mean (5, 5): two pairs that point the same way.
    const PAIRS: [f32; 8] = [7.0, 5.0, 9.0, 5.0, 3.0, 5.0, 1.0, 5.0];

    #[test]
    fn each_is_named_by_the_others() {
        assert_eq!(found(&PAIRS, &[0, 0, 1, 1], 1).unwrap(), ReadOut { right: 4, of: 4 });
        // An image never votes for itself: alone of its class it is always named wrongly.
        assert_eq!(found(&PAIRS, &[0, 2, 1, 1], 1).unwrap(), ReadOut { right: 2, of: 4 });
    }

    #[test]
    fn nearer_ones_weigh_more() {
        // With all three voting the one that points the same way outweighs the two that point away.
        assert_eq!(found(&PAIRS, &[0, 0, 1, 1], 3).unwrap().right, 4);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(found(&[], &[], 1).is_err());
        assert!(found(&[1.0, 2.0], &[0], 1).is_err());
        assert!(found(&PAIRS, &[0, 0, 1, 1], 0).is_err());
        assert!(read_out(&PAIRS, &[3, 2], &ReadOutArgs { labels: vec![0; 4], k: 1 }).is_err());
    }
}
