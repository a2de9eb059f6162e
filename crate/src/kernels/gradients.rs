//! The CPU's kernels where a gradient is followed: operations of burn's autodiff with backward passes of their own.

use std::fmt;
use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, BackendTypes, Flex};
use burn::tensor::{DType, Tensor, TensorData};
use burn_flex::FlexTensor;

mod activation;
mod attention;
mod convolution;
mod linear;
mod normalization;
mod windows;

pub use activation::gelu;
pub use attention::{attend, attention_weights};
pub use convolution::conv2d;
pub use linear::linear;
pub use normalization::{batch_norm_train, layer_norm};
pub use windows::{maps, windows};

/// A tensor that autodiff knows, whether its gradient is wanted or not.
type Tracked = <Autodiff<Flex> as BackendTypes>::FloatTensorPrimitive;

/// Gradients by some inputs, of those that are wanted, from that by the output.
type Pass<const N: usize> = dyn Fn(FlexTensor, [bool; N]) -> [Option<FlexTensor>; N] + Send + Sync;

/// A backward pass with all that it goes by.
struct State<const N: usize>(Arc<Pass<N>>);

impl<const N: usize> Clone for State<N> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<const N: usize> fmt::Debug for State<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a backward pass to {N} inputs")
    }
}

#[derive(Debug)]
struct Operation<const N: usize>;

impl<const N: usize> Backward<Flex, N> for Operation<N> {
    type State = State<N>;

    fn backward(self, ops: Ops<State<N>, N>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let by_output = gradients.consume::<Flex>(&ops.node);
        let wanted = ops.parents.each_ref().map(Option::is_some);
        for (parent, gradient) in ops.parents.iter().zip((ops.state.0)(by_output, wanted)) {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                gradients.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

/// The tensor as autodiff knows it, if it is the CPU's.
fn tracked<const D: usize>(x: &Tensor<D>) -> Option<Tracked> {
    let x = x.clone().autodiff().try_into_primitive::<Autodiff<Flex>>().ok()?;
    (x.primitive().dtype() == DType::F32).then_some(x)
}

/// `value`, computed from some inputs, to which gradients flow by `pass`.
fn follow<const N: usize, const D: usize>(
    inputs: [&Tracked; N],
    value: FlexTensor,
    pass: impl Fn(FlexTensor, [bool; N]) -> [Option<FlexTensor>; N] + Send + Sync + 'static,
) -> Tensor<D> {
    let prepared = Operation::<N>.prepare::<NoCheckpointing>(inputs.map(Tracked::node)).compute_bound().stateful();
    Tensor::from_primitive::<Autodiff<Flex>>(match prepared {
        OpsKind::Tracked(prepared) => prepared.finish(State(Arc::new(pass)), value),
        OpsKind::UnTracked(prepared) => prepared.finish(value),
    })
}

fn made<const D: usize>(data: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(data, shape))
}

/// Of one that is not wanted nothing is computed.
fn if_wanted<const D: usize>(wanted: bool, shape: [usize; D], compute: impl Fn() -> Vec<f32>) -> Option<FlexTensor> {
    wanted.then(|| made(compute(), shape))
}

/// The dimensions of a tensor of four.
fn dims(x: &FlexTensor) -> [usize; 4] {
    x.layout().shape().dims()
}

#[cfg(test)]
mod tests;
