//! Emerging Properties in Self-Supervised Vision Transformers, Caron et al., ICCV 2021, arXiv:2104.14294.
//!
//! The network is a ViT without a head (timm's `vit_small_patch16_224.dino`); it answers with the class token's
//! features, and is evaluated by weighted k-nearest neighbours over features of labelled images (section 4.2).

use super::facts::Facts;
use super::{Architecture, Input, Keys, vit};
use crate::error::Result;
use crate::nn::Graph;

/// A ViT whose answer is its class token.
#[derive(Debug, Clone, PartialEq)]
pub struct Config(pub vit::Config);

impl Architecture for Config {
    fn family(&self) -> &'static str {
        "dino"
    }

    fn title(&self) -> String {
        format!("DINO ViT-{}", self.0.short_name())
    }

    fn input(&self) -> Input {
        self.0.input()
    }

    fn found_in(&self, keys: &Keys, facts: &mut Facts) -> Result<Option<Box<dyn Architecture>>> {
        let found = vit::Config::detect(keys, facts)?.filter(|c| c.classes.is_none());
        Ok(found.map(|vit| Box::new(Self(vit)) as Box<dyn Architecture>))
    }

    fn graph(&self, size: usize) -> Result<Graph> {
        self.0.state(size)
    }
}

/// Neighbours that vote, and the temperature of their votes (`eval_knn.py` of the authors).
const NEIGHBOURS: usize = 20;
const TEMPERATURE: f32 = 0.07;

/// Features of labelled images, against which a photo's features are compared.
#[derive(Debug, Clone)]
pub struct Bank {
    /// `[n, width]`, each row of length one.
    pub features: Vec<f32>,
    /// Class of each row.
    pub labels: Vec<usize>,
    /// Number of classes.
    pub classes: usize,
}

impl Bank {
    /// The share of the weighted votes for each class: the 20 rows most similar to `features` vote with
    /// `exp(cosine / 0.07)`.
    pub fn classify(&self, features: &[f32]) -> Vec<f32> {
        let norm = features.iter().map(|f| f * f).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let cosine = |row: &[f32]| row.iter().zip(features).map(|(a, b)| a * b).sum::<f32>() / norm;
        let mut near: Vec<(f32, usize)> =
            self.features.chunks_exact(features.len()).map(cosine).zip(self.labels.iter().copied()).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.truncate(NEIGHBOURS);
        Self::votes(&near, self.classes)
    }

    /// The share of each class in the weighted votes of neighbours, given by similarity and class, the nearest first.
    pub fn votes(near: &[(f32, usize)], classes: usize) -> Vec<f32> {
        let best = near.first().map_or(0.0, |n| n.0);
        let mut votes = vec![0.0; classes];
        near.iter().for_each(|&(similarity, label)| votes[label] += ((similarity - best) / TEMPERATURE).exp());
        let sum: f32 = votes.iter().sum();
        votes.iter().map(|v| v / sum.max(f32::MIN_POSITIVE)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_class_wins() {
        let bank = Bank { features: vec![1.0, 0.0, 0.0, 1.0], labels: vec![0, 1], classes: 2 };
        let votes = bank.classify(&[0.9, 0.1]);
        assert!(votes[0] > 0.99 && (votes.iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }
}
