//! Optimizers over one flat vector of all weights, as `torch.optim` computes them, and the schedule of their rate.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// How gradients move weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Optimizer {
    /// `torch.optim.SGD` with Nesterov's momentum 0.9.
    Sgd,
    /// `torch.optim.AdamW` with betas 0.9 and 0.999 (0.95 for MAE's loss is as good on images this small).
    Adamw,
}

const MOMENTUM: f64 = 0.9;
const BETAS: (f64, f64) = (0.9, 0.999);
const EPS: f64 = 1e-8;

/// What an optimizer remembers: the momentum, or the first and second moments.
#[derive(Debug, Clone)]
pub struct State {
    kind: Optimizer,
    /// As long as the weights, each.
    pub moments: Vec<Tensor<1>>,
    /// Steps taken.
    pub steps: usize,
}

impl State {
    /// Before the first step.
    pub fn new(kind: Optimizer, weights: &Tensor<1>) -> Self {
        Self { kind, moments: vec![weights.zeros_like(); kind.moments()], steps: 0 }
    }

    /// Weights after a step against `gradient`; `decay` is the weight decay of each weight.
    pub fn step(&mut self, weights: Tensor<1>, gradient: Tensor<1>, decay: Tensor<1>, rate: f64) -> Tensor<1> {
        self.steps += 1;
        match self.kind {
            Optimizer::Sgd => {
                let gradient = gradient + weights.clone() * decay;
                let velocity = self.moments[0].clone() * MOMENTUM + gradient.clone();
                self.moments[0] = velocity.clone();
                weights - (gradient + velocity * MOMENTUM) * rate
            }
            Optimizer::Adamw => {
                let weights = weights.clone() - weights * decay * rate;
                let first = self.moments[0].clone() * BETAS.0 + gradient.clone() * (1.0 - BETAS.0);
                let second = self.moments[1].clone() * BETAS.1 + gradient.square() * (1.0 - BETAS.1);
                self.moments = vec![first.clone(), second.clone()];
                let unbiased = |beta: f64| 1.0 - beta.powi(self.steps as i32);
                let spread = second.sqrt() / unbiased(BETAS.1).sqrt() + EPS;
                weights - first / spread * (rate / unbiased(BETAS.0))
            }
        }
    }
}

impl Optimizer {
    /// Vectors that it remembers.
    pub fn moments(self) -> usize {
        match self {
            Optimizer::Sgd => 1,
            Optimizer::Adamw => 2,
        }
    }
}

/// The rate at a step: a linear warm-up over the first `warmup` of all steps, then half a cosine down to zero. One that
/// goes on after its last step stays at a thousandth.
pub fn rate(base: f64, warmup: f64, step: usize, steps: usize) -> f64 {
    let share = (step as f64 + 0.5) / steps.max(1) as f64;
    let scale = if share < warmup {
        share / warmup
    } else {
        0.5 * (1.0 + libm::cos(std::f64::consts::PI * ((share - warmup) / (1.0 - warmup)).min(1.0)))
    };
    base * scale.max(1e-3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_and_then_falls() {
        let at = |step| rate(0.1, 0.1, step, 100);
        assert!(at(0) < at(5) && at(5) < at(10) && at(50) < at(10) && at(99) < 1e-3);
        assert!((at(10) - 0.1).abs() < 1e-3);
    }
}
