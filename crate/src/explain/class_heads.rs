//! What the class token reads, head by head, and the patches that hold most of it (figure 1 and appendix of the DINO
//! paper).

use serde::{Deserialize, Serialize};

use super::attention::HeadsArgs;
use super::bad;
use crate::error::Result;
use crate::network::{Values, View};

/// How much of the attention the mask keeps.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ClassHeadsArgs {
    /// 0 to 1; the paper keeps 0.6.
    pub mass: f64,
}

/// The class token's attention in the last block, and masks made of it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClassHeads {
    /// `[heads, rows, columns]`: weights of the patches.
    #[serde(skip)]
    pub maps: Values,
    /// The same with 1 for a patch that is kept, else 0.
    #[serde(skip)]
    pub masks: Vec<u8>,
    /// Patches kept by each head.
    pub kept: Vec<usize>,
}

impl View<'_> {
    /// The class token's weights for the patches of an image `[1, channels, size, size]` in the last block.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without a class token that looks over the whole photo, or a mass outside 0 to 1.
    pub async fn class_heads(&self, image: &[f32], shape: &[usize], args: &ClassHeadsArgs) -> Result<ClassHeads> {
        if !(0.0..=1.0).contains(&args.mass) {
            return Err(bad(format!("the mass to keep must be from 0 to 1, not {}", args.mass)));
        }
        let block = self.attention_nodes()?.len() - 1;
        let maps = self.attention_heads(image, shape, &HeadsArgs { block, query: None }).await?.maps;
        let patches = maps.shape[1] * maps.shape[2];
        let masks: Vec<u8> = maps.data.chunks_exact(patches).flat_map(|head| heaviest(head, args.mass)).collect();
        let kept = masks.chunks_exact(patches).map(|mask| mask.iter().filter(|m| **m == 1).count()).collect();
        Ok(ClassHeads { maps, masks, kept })
    }
}

/// 1 for the fewest values that together hold a share of their sum.
fn heaviest(values: &[f32], share: f64) -> Vec<u8> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let wanted = share * values.iter().map(|v| f64::from(*v)).sum::<f64>();
    let (mut mask, mut held) = (vec![0; values.len()], 0.0);
    for index in order {
        if held >= wanted {
            break;
        }
        held += f64::from(values[index]);
        mask[index] = 1;
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::heaviest;

    #[test]
    fn the_fewest_that_hold_the_mass() {
        let values = [0.125, 0.5, 0.0, 0.25, 0.125];
        assert_eq!(heaviest(&values, 0.5), [0, 1, 0, 0, 0]);
        assert_eq!(heaviest(&values, 0.6), [0, 1, 0, 1, 0]);
        assert_eq!(heaviest(&values, 0.0), [0; 5]);
        assert_eq!(heaviest(&values, 1.0).iter().filter(|m| **m == 1).count(), 4);
    }
}
