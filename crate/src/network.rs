//! A network on a device: what every call of the engine works on.

use std::collections::BTreeMap;
use std::ops::Deref;

use burn::tensor::{Tensor, TensorData};

use crate::error::{Code, Error, Result};
use crate::models::dino::Bank;
use crate::models::{Architecture, Input};
use crate::nn::{Change, Graph, NodeId, Op, Parameters, Run};
pub use crate::nn::{Values, read};
use crate::observe::ActivationCache;

/// An architecture with its parameters on a device.
pub struct Network {
    architecture: Box<dyn Architecture>,
    graph: Graph,
    params: Parameters,
    metadata: BTreeMap<String, String>,
    /// Features for nearest neighbours, where the network answers with features.
    pub bank: Option<Bank>,
    /// What was looked at last, on the device.
    pub(crate) cache: ActivationCache,
}

/// A network as one call sees it: whole, or with parts switched off. The network itself never changes, so that calls
/// with different parts off do not hear of each other.
pub struct View<'a> {
    network: &'a Network,
    pub(crate) changes: Vec<Change>,
}

impl Deref for View<'_> {
    type Target = Network;

    fn deref(&self) -> &Network {
        self.network
    }
}

impl Network {
    pub(crate) fn new(
        architecture: Box<dyn Architecture>,
        graph: Graph,
        params: Parameters,
        metadata: BTreeMap<String, String>,
    ) -> Self {
        Self { architecture, graph, params, metadata, bank: None, cache: ActivationCache::default() }
    }

    /// What it is.
    pub fn architecture(&self) -> &dyn Architecture {
        &*self.architecture
    }

    /// How it computes, at its own input size.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Its parameters.
    pub fn params(&self) -> &Parameters {
        &self.params
    }

    /// What the checkpoint says of itself.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The image it takes.
    pub fn input(&self) -> Input {
        self.architecture.input()
    }

    /// Whether the answer is one number for each class, not features or pixels.
    pub fn answers_with_classes(&self) -> bool {
        matches!(self.graph.nodes[self.graph.output].op, Op::Linear(_) | Op::Join(_))
    }

    /// A tensor on the network's device from `[b, channels, size, size]` numbers.
    ///
    /// # Errors
    ///
    /// `BadInput` when the numbers are not as many as the shape says, not finite, or not of the network's input size.
    pub fn tensor(&self, data: Vec<f32>, shape: &[usize]) -> Result<Tensor<4>> {
        self.tensor_of(self.input().size, data, shape)
    }

    /// The same for images of `size` pixels a side.
    pub(crate) fn tensor_of(&self, size: usize, data: Vec<f32>, shape: &[usize]) -> Result<Tensor<4>> {
        let channels = self.input().channels;
        let fits = matches!(*shape, [b, c, h, w] if b > 0 && c == channels && h == size && w == size);
        if !fits {
            let message = format!("this network takes a tensor of [n, {channels}, {size}, {size}], not {shape:?}");
            return Err(Error::new(Code::BadInput, message));
        }
        if data.len() != shape.iter().product::<usize>() {
            return Err(Error::new(Code::BadInput, format!("{} numbers do not fill {shape:?}", data.len())));
        }
        if data.iter().any(|v| !v.is_finite()) {
            return Err(Error::new(Code::BadInput, "the input holds numbers that are not finite"));
        }
        Ok(Tensor::from_data(TensorData::new(data, shape.to_vec()), self.params.device()))
    }

    /// The whole network.
    pub fn view(&self) -> View<'_> {
        self.changed(vec![])
    }

    /// The network with some changes.
    pub fn changed(&self, changes: Vec<Change>) -> View<'_> {
        View { network: self, changes }
    }

    /// The nodes of stages by name.
    ///
    /// # Errors
    ///
    /// `NotFound` for a name that the network does not state.
    pub fn nodes(&self, names: &[String]) -> Result<Vec<NodeId>> {
        let find = |name: &String| match self.graph.stage(name) {
            Some(stage) => Ok(stage.node),
            None => Err(Error::new(Code::NotFound, format!("{} has no stage named {name}", self.architecture.title()))),
        };
        names.iter().map(find).collect()
    }

    /// The shape that a stage's value has outside: leading dimensions of one that every value has here are left out.
    pub fn outer_shape(&self, node: NodeId, value: &Tensor<4>) -> Vec<usize> {
        let [b, x, y, c] = value.dims();
        match self.graph.nodes[node].shape.len() {
            2 => vec![b, c],
            3 => vec![b, y, c],
            _ => vec![b, x, y, c],
        }
    }
}

impl View<'_> {
    /// The answer for normalized images `[b, channels, size, size]`: `[b, classes]`, or `[b, width]` without a head.
    pub fn forward(&self, image: Tensor<4>) -> Tensor<4> {
        self.run(self.graph()).output(image)
    }

    /// The values of nodes on the device.
    pub fn capture(&self, image: Tensor<4>, nodes: &[NodeId]) -> Vec<Tensor<4>> {
        let captured = self.run(self.graph()).run(vec![(0, image)], nodes);
        nodes.iter().map(|n| captured[n].clone()).collect()
    }

    /// A computation on `graph` with the network's parameters and what is changed here.
    pub fn run<'a>(&'a self, graph: &'a Graph) -> Run<'a> {
        Run { changes: &self.changes, ..Run::new(graph, self.params()) }
    }
}
