//! A linear probe: what one linear layer can tell from the features of a network that stays as it is, beside the vote
//! of the nearest neighbours, which learns nothing at all (Alain and Bengio 2016, arXiv:1610.01644; DINO, section 4.2).

use serde::Serialize;

use super::data::Images;
use super::learner::Moment;
use super::spec::Spec;
use crate::error::{Code, Error, Result};
use crate::image::{Interpolation, Pipeline, Resize};
use crate::models::dino::Bank;
use crate::models::{Architecture, Input};
use crate::nn::{Builder, Graph, softmax};

/// Neighbours that vote: groups have few photos.
const VOTERS: usize = 3;

/// Features need none: a network has made them of the photo.
pub const PIPELINE: Pipeline = Pipeline {
    resize: Resize::Shorter(1),
    interpolation: Interpolation::Bilinear,
    crop: 1,
    pad: 0,
    channels: 3,
    mean: [0.0; 3],
    std: [1.0; 3],
};

/// One linear layer, "head".
struct Probe {
    features: usize,
    classes: usize,
}

impl Architecture for Probe {
    fn family(&self) -> &'static str {
        "probe"
    }

    fn title(&self) -> String {
        "Linear probe".to_owned()
    }

    fn input(&self) -> Input {
        Input { size: 1, channels: self.features }
    }

    fn graph(&self, size: usize) -> Result<Graph> {
        let mut g = Builder::new(self.features, size, size);
        let x = g.input();
        let x = g.flatten(x);
        let x = g.linear("head", x, self.classes);
        g.finish(x)
    }
}

/// The network of a name.
///
/// # Errors
///
/// `BadInput` for a name other than "probe", or before the features are known.
pub fn architecture(spec: &Spec, name: &str) -> Result<Box<dyn Architecture>> {
    match spec.features {
        Some(features) if name == "probe" => Ok(Box::new(Probe { features, classes: spec.groups.len() })),
        Some(_) => Err(Error::new(Code::BadInput, format!("this experiment has no network {name:?}"))),
        None => Err(Error::new(Code::BadInput, "a probe is trained on photos, which are given with its description")),
    }
}

/// How features are brought to one scale: without the mean of those that are learned from, and of length one in the
/// mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Standard {
    mean: Vec<f32>,
    scale: f32,
}

impl Standard {
    /// That of `images`, where they are features.
    pub fn of(images: &Images) -> Option<Self> {
        let (features, count) = (images.features()?, images.count().max(1));
        let width = features.len() / count;
        let rows = || features.chunks_exact(width);
        let mean = (0..width).map(|i| (rows().map(|row| f64::from(row[i])).sum::<f64>() / count as f64) as f32);
        let mean: Vec<f32> = mean.collect();
        let square = |row: &[f32]| row.iter().zip(&mean).map(|(v, m)| f64::from(v - m).powi(2)).sum::<f64>();
        let length = (rows().map(square).sum::<f64>() / count as f64).sqrt();
        Some(Self { scale: (1.0 / length.max(1e-12)) as f32, mean })
    }

    fn row(&self, features: &[f32]) -> Vec<f32> {
        features.iter().zip(&self.mean).map(|(v, m)| (v - m) * self.scale).collect()
    }

    /// Features on the common scale.
    ///
    /// # Errors
    ///
    /// None: they are as many as before.
    pub fn images(&self, images: &Images) -> Result<Images> {
        let features = images.features().unwrap_or_default();
        let rows = features.chunks_exact(self.mean.len()).flat_map(|row| self.row(row)).collect();
        Images::of_features(rows, images.labels.clone(), images.classes.clone(), self.mean.len())
    }

    /// The layer of a moment as one on features as the network gives them: `W (x - m) s + b = (s W) x + (b - s W m)`.
    pub fn undone(&self, moment: &Moment) -> Moment {
        let width = self.mean.len();
        let classes = moment.weights.len() / (width + 1);
        let (matrix, bias) = moment.weights.split_at(classes * width);
        let scaled: Vec<f32> = matrix.iter().map(|w| w * self.scale).collect();
        let shift = |row: &[f32]| row.iter().zip(&self.mean).map(|(w, m)| f64::from(w * m)).sum::<f64>();
        let bias = bias.iter().zip(scaled.chunks_exact(width)).map(|(b, row)| (f64::from(*b) - shift(row)) as f32);
        let bias: Vec<f32> = bias.collect();
        Moment { weights: [scaled, bias].concat(), ..moment.clone() }
    }
}

/// What is said of one photo.
#[derive(Debug, Clone, Serialize)]
pub struct Guess {
    /// By the probe, the most probable group first.
    pub top: Vec<Named>,
    /// By the nearest neighbours.
    pub neighbours: Vote,
}

/// A group, and how probable it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Named {
    /// Which group.
    pub index: usize,
    /// Its name.
    pub label: String,
    /// By the softmax of the probe's answer.
    pub probability: f32,
}

/// How the nearest photos vote.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Vote {
    /// Each group's share.
    pub shares: Vec<f32>,
    /// The group with the most.
    pub group: usize,
    /// The photos that vote, the nearest first.
    pub nearest: Vec<Near>,
}

/// A photo that votes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "NearPhoto"))]
pub struct Near {
    /// Its place among all photos, as they were given.
    pub photo: usize,
    /// The cosine of its features and those that are asked about, both without the mean.
    pub similarity: f32,
}

/// Photos that are learned from, as neighbours.
pub struct Neighbours {
    standard: Standard,
    rows: Vec<Vec<f32>>,
    labels: Vec<usize>,
    classes: Vec<String>,
    /// Where each stands among all photos that were given.
    places: Vec<usize>,
}

impl Neighbours {
    /// From features on the common scale; `held` photos are not among them.
    pub fn new(standard: Standard, train: &Images, held: &[usize]) -> Self {
        let features = train.features().unwrap_or_default();
        let rows = features.chunks_exact(standard.mean.len()).map(<[f32]>::to_vec).collect();
        let all = train.count() + held.len();
        let places = (0..all).filter(|i| !held.contains(i)).collect();
        Self { standard, rows, labels: train.labels.clone(), classes: train.classes.clone(), places }
    }

    /// The nearest of them, and how they vote on features on the common scale.
    fn vote(&self, features: &[f32]) -> Vote {
        let mut near: Vec<(f32, usize)> =
            self.rows.iter().enumerate().map(|(i, row)| (cosine(row, features), i)).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.truncate(VOTERS);
        let votes: Vec<(f32, usize)> = near.iter().map(|&(similarity, i)| (similarity, self.labels[i])).collect();
        let nearest = near.into_iter().map(|(similarity, i)| Near { photo: self.places[i], similarity }).collect();
        let shares = Bank::votes(&votes, self.classes.len());
        Vote { group: largest(&shares), shares, nearest }
    }

    /// The share of `test` that the neighbours name rightly.
    pub fn accuracy(&self, test: &Images) -> f32 {
        let features = test.features().unwrap_or_default();
        let named = features.chunks_exact(self.standard.mean.len()).map(|row| self.vote(row).group);
        named.zip(&test.labels).filter(|(named, label)| named == *label).count() as f32 / test.count().max(1) as f32
    }

    /// What the layer of `moment` and the neighbours say of a photo's features, as the network gives them.
    ///
    /// # Errors
    ///
    /// `BadInput` where they are not as many as those of the photos.
    pub fn guess(&self, moment: &Moment, features: &[f32]) -> Result<Guess> {
        let width = self.standard.mean.len();
        if features.len() != width {
            let message = format!("this probe reads {width} features, not {}", features.len());
            return Err(Error::new(Code::BadInput, message));
        }
        let row = self.standard.row(features);
        let (matrix, bias) = moment.weights.split_at(self.classes.len() * width);
        let dot = |w: &[f32]| w.iter().zip(&row).map(|(a, b)| f64::from(a * b)).sum::<f64>();
        let logits: Vec<f32> =
            matrix.chunks_exact(width).zip(bias).map(|(w, b)| (dot(w) + f64::from(*b)) as f32).collect();
        let probabilities = softmax(&logits).into_iter().zip(&self.classes).enumerate();
        let mut top: Vec<Named> = probabilities
            .map(|(index, (probability, label))| Named { index, label: label.clone(), probability })
            .collect();
        top.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        Ok(Guess { top, neighbours: self.vote(&row) })
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>();
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths > 0.0 { (dot(a, b) / lengths) as f32 } else { 0.0 }
}

fn largest(values: &[f32]) -> usize {
    (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images() -> Images {
        let classes = vec!["left".to_owned(), "right".to_owned()];
        Images::of_features(vec![-3.0, 5.0, -1.0, 5.0, 1.0, 5.0, 3.0, 5.0], vec![0, 0, 1, 1], classes, 2).expect("four")
    }

    #[test]
    fn a_layer_on_the_common_scale_is_one_on_features_as_they_are() {
        let standard = Standard::of(&images()).expect("features");
        let moment =
            Moment { weights: vec![0.5, -1.0, 2.0, 0.25, 0.1, -0.2], buffers: vec![], moments: vec![], steps: 0 };
        let undone = standard.undone(&moment);
        let (x, z) = ([2.0f32, 7.0], standard.row(&[2.0, 7.0]));
        let answer = |m: &Moment, x: &[f32], class: usize| {
            m.weights[2 * class] * x[0] + m.weights[2 * class + 1] * x[1] + m.weights[4 + class]
        };
        for class in 0..2 {
            assert!((answer(&moment, &z, class) - answer(&undone, &x, class)).abs() < 1e-5);
        }
    }

    #[test]
    fn neighbours_vote_for_their_own_group() {
        let (all, standard) = (images(), Standard::of(&images()).expect("features"));
        let learned = standard.images(&all.chosen(&[0, 2, 3])).expect("three");
        let neighbours = Neighbours::new(standard.clone(), &learned, &[1]);
        let moment = Moment { weights: vec![0.0; 6], buffers: vec![], moments: vec![], steps: 0 };
        let guess = neighbours.guess(&moment, &[-2.0, 5.0]).expect("two features");
        assert!(guess.neighbours.shares[0] > 0.9 && guess.neighbours.group == 0, "{guess:?}");
        assert!(guess.top.iter().all(|named| named.probability == 0.5), "{guess:?}");
        // The second photo is held out.
        assert!(guess.neighbours.nearest.iter().all(|near| near.photo != 1));
        assert_eq!(neighbours.accuracy(&standard.images(&all).expect("four")), 1.0);
    }
}
