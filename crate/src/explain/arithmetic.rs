//! Sizes, fields and counts of layers that follow from a few numbers, without any network.

use serde::{Deserialize, Serialize};

use super::bad;
use crate::error::Result;

/// A convolution along one side of a map.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ConvolutionArgs {
    /// Cells on the side.
    pub input: usize,
    /// Cells that a window covers.
    pub kernel: usize,
    /// Cells from one window to the next.
    pub stride: usize,
    /// Cells added on each end.
    pub padding: usize,
}

/// Where a convolution's windows lie along one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConvolutionSize {
    /// Cells of the output, `floor((input + 2 padding - kernel) / stride) + 1`; 0 where the kernel does not fit.
    pub output: usize,
    /// The first cell that each window covers; below 0 in the padding before the map.
    pub starts: Vec<isize>,
}

/// Several convolutions of stride 1, one after the other, beside one with the same field.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct StackArgs {
    /// How many.
    pub count: usize,
    /// Cells on a side of each kernel.
    pub kernel: usize,
    /// Channels going in and coming out of each.
    pub channels: usize,
}

/// What both cost (section 2.3 of the VGG paper).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Stacked {
    /// Cells on a side of the field after no layer, one, two, and so on.
    pub fields: Vec<usize>,
    /// Weights of the stack, biases left out.
    pub stack: u64,
    /// Weights of the one convolution.
    pub single: u64,
    /// The first divided by the second.
    pub share: f64,
}

/// A square picture cut into square patches.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PatchesArgs {
    /// Pixels on a side of the picture.
    pub size: usize,
    /// Pixels on a side of a patch.
    pub patch: usize,
}

/// How many patches that makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Patches {
    /// On a side.
    pub side: usize,
    /// In all.
    pub count: usize,
    /// Numbers in the vector that one patch becomes: three colours a pixel.
    pub values: usize,
}

const MOST: usize = 4096;

/// Size and windows of a convolution's output along one side.
///
/// # Errors
///
/// `BadInput` where input, kernel or stride is 0, or a number is beyond 4096.
pub fn convolution_size(args: &ConvolutionArgs) -> Result<ConvolutionSize> {
    let &ConvolutionArgs { input, kernel, stride, padding } = args;
    if [input, kernel, stride, padding + 1].iter().any(|n| !(1..=MOST).contains(n)) {
        return Err(bad("input, kernel and stride must be from 1 to 4096, the padding from 0 to 4095"));
    }
    let output = (input + 2 * padding).checked_sub(kernel).map_or(0, |room| room / stride + 1);
    let starts = (0..output).map(|i| (i * stride) as isize - padding as isize).collect();
    Ok(ConvolutionSize { output, starts })
}

/// Field and weights of stacked convolutions, and of the one that sees as much.
///
/// # Errors
///
/// `BadInput` where a number is 0, or beyond 64 layers, kernels of 63 cells and 4096 channels.
pub fn stacked_convolutions(args: &StackArgs) -> Result<Stacked> {
    let &StackArgs { count, kernel, channels } = args;
    if !((1..=64).contains(&count) && (1..64).contains(&kernel) && (1..=MOST).contains(&channels)) {
        return Err(bad("a stack must have 1 to 64 layers, kernels of 1 to 63 cells and 1 to 4096 channels"));
    }
    let fields: Vec<usize> = (0..=count).map(|layers| layers * (kernel - 1) + 1).collect();
    let weights = |side: usize| (side * side) as u64 * (channels as u64).pow(2);
    let (stack, single) = (count as u64 * weights(kernel), weights(fields[count]));
    Ok(Stacked { fields, stack, single, share: stack as f64 / single as f64 })
}

/// The patches of a picture.
///
/// # Errors
///
/// `BadInput` where the patch is no divisor of the size, or a number is beyond 4096.
pub fn patches(args: &PatchesArgs) -> Result<Patches> {
    let &PatchesArgs { size, patch } = args;
    if patch == 0 || !(1..=MOST).contains(&size) || !size.is_multiple_of(patch) {
        return Err(bad("the size must be from 1 to 4096 pixels and a multiple of the patch"));
    }
    let side = size / patch;
    Ok(Patches { side, count: side * side, values: 3 * patch * patch })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    /// Against torch.nn.Conv2d's documented shapes.
    #[test]
    fn sizes_of_known_convolutions() {
        let size = |input, kernel, stride, padding| {
            convolution_size(&ConvolutionArgs { input, kernel, stride, padding }).unwrap()
        };
        assert_eq!(size(224, 7, 2, 3).output, 112);
        assert_eq!(size(224, 11, 4, 2).output, 55);
        assert_eq!(size(5, 3, 2, 1), ConvolutionSize { output: 3, starts: vec![-1, 1, 3] });
        assert_eq!(size(4, 7, 1, 1), ConvolutionSize { output: 0, starts: vec![] });
        for (input, kernel, stride) in [(0, 1, 1), (1, 0, 1), (1, 1, 0), (5000, 1, 1)] {
            let args = ConvolutionArgs { input, kernel, stride, padding: 0 };
            assert_eq!(convolution_size(&args).unwrap_err().code, Code::BadInput);
        }
    }

    /// Section 2.3 of the VGG paper: three 3 x 3 layers have 27 C^2 weights, one of 7 x 7 has 49 C^2.
    #[test]
    fn stacks_of_the_paper() {
        let stack = stacked_convolutions(&StackArgs { count: 3, kernel: 3, channels: 64 }).unwrap();
        assert_eq!(stack.fields, [1, 3, 5, 7]);
        assert_eq!((stack.stack, stack.single), (27 * 4096, 49 * 4096));
        assert!((stack.share - 27.0 / 49.0).abs() < 1e-12);
        let none = stacked_convolutions(&StackArgs { count: 0, kernel: 3, channels: 64 });
        assert_eq!(none.unwrap_err().code, Code::BadInput);
    }

    #[test]
    fn patches_of_the_paper() {
        let found = patches(&PatchesArgs { size: 224, patch: 16 }).unwrap();
        assert_eq!(found, Patches { side: 14, count: 196, values: 768 });
        assert_eq!(patches(&PatchesArgs { size: 224, patch: 15 }).unwrap_err().code, Code::BadInput);
    }
}
