//! DINO's loss between two views (section 3.1 of the paper), on the outputs that the shipped backbone gives for them.
//!
//! The projection head of training is not in any checkpoint here, so the backbone's features stand in for its outputs.
//! Most of a feature vector is the same for every photo, far more than of a trained head's output: left so, a centred
//! teacher would be flat at any temperature. So the part that photos share and the part that sets one apart are scaled
//! to length one each, and added.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::network::View;
use crate::nn::log_softmax;

use super::bad;

/// The student's temperature in the paper.
const STUDENT_TEMPERATURE: f64 = 0.1;

/// What the teacher does with its output.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "DinoLossArgs"))]
#[serde(deny_unknown_fields)]
pub struct DistillArgs {
    /// Outputs for views: the student's, the teacher's, and others that only the centre is a mean of.
    pub outputs: Vec<Vec<f32>>,
    /// The teacher's temperature.
    pub temperature: f64,
    /// Whether the centre is subtracted from the teacher's output.
    pub centering: bool,
    /// The share of its own weights that the teacher keeps in a step.
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    pub momentum: Option<f64>,
}

/// Two distributions and what their difference teaches.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "DinoLoss"))]
pub struct Distilled {
    /// The student's distribution.
    pub student: Vec<f64>,
    /// The teacher's.
    pub teacher: Vec<f64>,
    /// Cross-entropy of the student under the teacher, in nats.
    pub cross_entropy: f64,
    /// Entropy of the teacher, as a share of its largest possible value.
    pub entropy: f64,
    /// The cross-entropy's derivative by each of the student's outputs.
    pub gradient: Vec<f64>,
    /// Of how many outputs the centre is the mean.
    pub centre_of: usize,
    /// After how many steps half of the teacher is newer than now.
    pub half_life: Option<f64>,
}

fn unit(vector: &[f64]) -> Vec<f64> {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    if length > 0.0 { vector.iter().map(|x| x / length).collect() } else { vector.to_vec() }
}

fn unit_of(output: &[f32]) -> Vec<f64> {
    unit(&output.iter().map(|&x| f64::from(x)).collect::<Vec<_>>())
}

fn mean(rows: impl Iterator<Item = Vec<f64>>, width: usize) -> Vec<f64> {
    let (mut sum, mut count) = (vec![0.0; width], 0);
    for row in rows {
        sum.iter_mut().zip(row).for_each(|(s, x)| *s += x);
        count += 1;
    }
    sum.into_iter().map(|s| s / count.max(1) as f64).collect()
}

/// What stands in for the head's output.
fn stand_in(output: &[f32], shared: &[f64]) -> Vec<f64> {
    let apart: Vec<f64> = unit_of(output).iter().zip(shared).map(|(x, m)| x - m).collect();
    unit(&apart).iter().zip(unit(shared)).map(|(a, s)| a + s).collect()
}

/// The loss of `student` under `teacher`, outputs before their softmax.
fn distill(student: &[f64], teacher: &[f64], temperature: f64) -> Distilled {
    let log_student = log_softmax(student, STUDENT_TEMPERATURE);
    let log_teacher = log_softmax(teacher, temperature);
    let exp = |logs: &[f64]| logs.iter().map(|l| l.exp()).collect::<Vec<f64>>();
    let (student, teacher) = (exp(&log_student), exp(&log_teacher));
    let against = |logs: &[f64]| -teacher.iter().zip(logs).map(|(p, l)| p * l).sum::<f64>();
    let entropy = against(&log_teacher) / (teacher.len() as f64).ln();
    let gradient = student.iter().zip(&teacher).map(|(s, t)| (s - t) / STUDENT_TEMPERATURE).collect();
    let cross_entropy = against(&log_student);
    Distilled { cross_entropy, entropy, gradient, student, teacher, centre_of: 0, half_life: None }
}

impl View<'_> {
    /// DINO's loss between the first two outputs. The centre is the mean over the bank's features, which are of as many
    /// other photos; over the given outputs where the network has no bank.
    ///
    /// # Errors
    ///
    /// `BadInput` for fewer than two outputs, outputs of unequal length, a temperature of 0 or less, or a momentum that
    /// is no share.
    pub fn dino_loss(&self, args: &DistillArgs) -> Result<Distilled> {
        let [student, teacher, ..] = &args.outputs[..] else {
            return Err(bad("a loss needs the outputs of two views"));
        };
        let width = student.len();
        if width < 2 || args.outputs.iter().any(|o| o.len() != width) {
            return Err(bad("the outputs are not of equal length"));
        }
        let share = |m: f64| m > 0.0 && m < 1.0;
        if !(args.temperature > 0.0 && args.temperature.is_finite() && args.momentum.is_none_or(share)) {
            return Err(bad("the temperature must be above 0, the momentum between 0 and 1"));
        }
        let bank = self.bank.as_ref().filter(|bank| bank.features.len() >= width && bank.features.len() % width == 0);
        let others: Vec<&[f32]> = match bank {
            Some(bank) => bank.features.chunks_exact(width).collect(),
            None => args.outputs.iter().map(Vec::as_slice).collect(),
        };
        let shared = mean(others.iter().map(|o| unit_of(o)), width);
        let student = stand_in(student, &shared);
        let mut teacher = stand_in(teacher, &shared);
        if args.centering {
            let centre = mean(others.iter().map(|o| stand_in(o, &shared)), width);
            teacher.iter_mut().zip(&centre).for_each(|(t, c)| *t -= c);
        }
        let centre_of = others.len();
        let half_life = args.momentum.map(|m| 0.5f64.ln() / m.ln());
        Ok(Distilled { centre_of, half_life, ..distill(&student, &teacher, args.temperature) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_outputs_have_the_largest_entropy() {
        let same = distill(&[0.3; 8], &[0.3; 8], 0.04);
        assert!((same.entropy - 1.0).abs() < 1e-12);
        assert!((same.cross_entropy - 8f64.ln()).abs() < 1e-12);
        assert!(same.gradient.iter().all(|g| g.abs() < 1e-12));
    }

    #[test]
    fn a_sharp_teacher_has_none() {
        assert!(distill(&[0.0, 0.0], &[1.0, 0.0], 0.001).entropy < 1e-9);
    }

    #[test]
    fn by_hand() {
        // A teacher at 0.1 ln 3 apart and temperature 0.1: 3/4 and 1/4. A student at the same: 1/2 and 1/2.
        let loss = distill(&[0.0, 0.0], &[0.1 * 3f64.ln(), 0.0], 0.1);
        assert!((loss.teacher[0] - 0.75).abs() < 1e-12 && (loss.student[0] - 0.5).abs() < 1e-12);
        assert!((loss.cross_entropy - 2f64.ln()).abs() < 1e-12);
        assert!((loss.entropy - 0.811_278_124_459_132_8).abs() < 1e-12);
        assert!((loss.gradient[0] + 2.5).abs() < 1e-12 && (loss.gradient[1] - 2.5).abs() < 1e-12);
    }

    #[test]
    fn shared_and_apart_weigh_the_same() {
        // Two outputs far out along the same axis: (3, 4) is (0.6, 0.8) at length one, (4, 3) is (0.8, 0.6).
        let shared = mean([unit_of(&[3.0, 4.0]), unit_of(&[4.0, 3.0])].into_iter(), 2);
        let got = stand_in(&[3.0, 4.0], &shared);
        // The mean points along (1, 1), the difference along (-1, 1).
        assert!(got[0].abs() < 1e-6 && (got[1] - 2f64.sqrt()).abs() < 1e-6, "{got:?}");
    }

    #[test]
    fn the_gradient_is_the_slope() {
        let (student, teacher) = ([0.2, -0.1, 0.05], [0.1, 0.3, -0.2]);
        let loss = distill(&student, &teacher, 0.07);
        for k in 0..3 {
            let moved = |by: f64| {
                let mut student = student;
                student[k] += by;
                distill(&student, &teacher, 0.07).cross_entropy
            };
            assert!(((moved(1e-5) - moved(-1e-5)) / 2e-5 - loss.gradient[k]).abs() < 1e-6);
        }
    }
}
