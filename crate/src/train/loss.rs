//! Losses, as scalars `[1]` through which gradients flow.

use burn::tensor::activation::{log_softmax, softmax};
use burn::tensor::{Int, Tensor, TensorData};

/// Cross-entropy of answers `[b, 1, 1, classes]`, the mean over the batch; with `smoothing` the target has this much of
/// a uniform distribution (`torch.nn.functional.cross_entropy(label_smoothing)`).
pub fn cross_entropy(logits: Tensor<4>, labels: &[usize], smoothing: f32) -> Tensor<1> {
    let [b, _, _, classes] = logits.dims();
    let mut target = vec![smoothing / classes as f32; b * classes];
    labels.iter().enumerate().for_each(|(i, label)| target[i * classes + label] += 1.0 - smoothing);
    let target = Tensor::<4>::from_data(TensorData::new(target, [b, 1, 1, classes]), &logits.device().inner());
    (log_softmax(logits, 3) * target).sum().neg() / b as f64
}

/// The Kullback-Leibler divergence of answers `[b, 1, 1, classes]` from a teacher's, both softened, the mean over the
/// batch; its gradient is as large as that of a hard label (Hinton et al. 2015, section 2).
pub fn taught(logits: Tensor<4>, teacher: Tensor<4>, temperature: f64) -> Tensor<1> {
    let b = logits.dims()[0];
    let (own, its) = (log_softmax(logits / temperature, 3), log_softmax(teacher / temperature, 3).inner());
    ((own - its.clone()) * its.exp()).sum() * (-temperature * temperature / b as f64)
}

/// How many answers `[b, 1, 1, classes]` name their label, `[1]`, outside the graph.
pub fn correct(logits: Tensor<4>, labels: &[usize]) -> Tensor<1> {
    let logits = logits.inner();
    let b = labels.len();
    let labels: Vec<i32> = labels.iter().map(|&label| label as i32).collect();
    let labels = Tensor::<4, Int>::from_data(TensorData::new(labels, [b, 1, 1, 1]), &logits.device());
    logits.argmax(3).equal(labels).float().sum()
}

/// MAE's loss (section 3 of the paper): the mean squared error of predictions `[b, 1, patches, pixels]`, over the
/// hidden patches alone; `hidden` `[b, 1, patches, 1]` is 1 there.
pub fn masked_error(prediction: Tensor<4>, target: Tensor<4>, hidden: Tensor<4>) -> Tensor<1> {
    let count = hidden.clone().sum();
    let error = (prediction - target).square().mean_dim(3);
    (error * hidden).sum() / count
}

/// The teacher's distribution: outputs `[views, b, 1, k]` less the centre, at its temperature, without a gradient.
pub fn teacher_distribution(outputs: Tensor<4>, centre: Option<Tensor<4>>, temperature: f64) -> Tensor<4> {
    let outputs = outputs.inner();
    let outputs = match centre {
        Some(centre) => outputs - centre,
        None => outputs,
    };
    softmax(outputs / temperature, 3)
}

/// DINO's loss (section 3.1): cross-entropy of every student view `[views, b, 1, k]` under every view of the teacher's
/// distribution that is not the same view, the mean over pairs and images. The teacher's views come first among the
/// student's.
pub fn distillation(student: Tensor<4>, teacher: &Tensor<4>, temperature: f64) -> Tensor<1> {
    let [views, b, _, _] = student.dims();
    let globals = teacher.dims()[0];
    let logs = log_softmax(student / temperature, 3);
    // The sum over pairs of unlike views is that over all pairs less that over like ones.
    let all = (logs.clone().sum_dim(0) * teacher.clone().sum_dim(0)).sum();
    let like = (logs.narrow(0, 0, globals) * teacher.clone()).sum();
    (like - all) / (b * globals * (views - 1)) as f64
}
