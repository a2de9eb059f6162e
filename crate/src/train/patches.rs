//! PatchDropout (Liu et al. 2022, arXiv:2208.07220; timm's `patch_drop`): a ViT in training sees some patches alone, which
//! takes less time and lets it rely on none.

use burn::tensor::Tensor;

use super::learner::Learner;
use super::leaves::Leaves;
use super::spec::Spec;
use crate::error::Result;
use crate::models::vit;
use crate::random::Random;

/// Parts of a batch that see the same patches each.
const GROUPS: usize = 8;
/// From which share of the run on all patches are seen.
const ALL_FROM: f64 = 0.75;

/// The share of patches that a step leaves out, if it does.
pub fn omitted(spec: &Spec, step: usize) -> Option<f64> {
    let early = (step as f64) < ALL_FROM * spec.steps as f64;
    spec.patch_drop.filter(|&share| share > 0.0 && early)
}

/// The answer to images `[b, channels, size, size]` in training, when this share of their patches is left out.
///
/// # Errors
///
/// Those of stating the network at this size.
pub fn answer(
    learner: &Learner,
    leaves: &Leaves,
    config: &vit::Config,
    images: Tensor<4>,
    (share, random): (f64, &mut Random),
) -> Result<Tensor<4>> {
    let [b, _, size, _] = images.dims();
    let patches = (size / config.patch).pow(2);
    let kept = ((patches as f64 * (1.0 - share)) as usize).max(1);
    let each = b.div_ceil(GROUPS);
    let parts = (0..b).step_by(each).map(|from| {
        let mut seen = random.permutation(patches);
        seen.truncate(kept);
        seen.sort_unstable();
        let graph = learner.completed(config.state_visible(size, &seen)?);
        let params = leaves.parameters(&graph, learner.gpu());
        Ok(learner.predict(&graph, &params, images.clone().narrow(0, from, each.min(b - from))))
    });
    Ok(Tensor::cat(parts.collect::<Result<_>>()?, 0))
}
