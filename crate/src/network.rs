//! A network on a device: what every call of the engine works on.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

use burn::tensor::{Tensor, TensorData};

use crate::error::{Code, Error, Result};
use crate::models::dino::Bank;
use crate::models::mae::PatchMask;
use crate::models::{Architecture, Input};
use crate::nn::{Change, Graph, NodeId, Op, Parameters, Run};
pub use crate::nn::{Values, read};
use crate::observe::ActivationCache;

/// An architecture with its parameters on a device, stated for images of one size.
pub struct Network {
    architecture: Rc<dyn Architecture>,
    size: usize,
    graph: Graph,
    params: Rc<Parameters>,
    metadata: Rc<BTreeMap<String, String>>,
    /// The type of most of its stored weights, in safetensors' words; they are computed with as float32.
    pub dtype: Option<&'static str>,
    /// Features for nearest neighbours, where the network answers with features.
    pub bank: Option<Rc<Bank>>,
    /// What was looked at last, on the device.
    pub(crate) cache: ActivationCache,
}

/// Pixels a side that photos are usually cut to.
const USUAL_SIZES: [usize; 15] = [16, 24, 32, 48, 64, 96, 128, 160, 192, 224, 256, 288, 320, 384, 480];

/// Numbers of the largest value that a run may hold, 128 MB: a browser's memory is not a server's.
const LARGEST: u64 = 1 << 25;

/// A network as one call sees it: whole, or with parts switched off or other patches hidden. The network itself never
/// changes, so that calls with different parts off do not hear of each other.
pub struct View<'a> {
    network: &'a Network,
    pub(crate) changes: Vec<Change>,
    /// Of a masked autoencoder: which patches are hidden in place of those of its fixed mask, and how it computes then.
    masked: Option<(PatchMask, Graph)>,
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
        let size = architecture.input().size;
        let (architecture, params, metadata) = (Rc::from(architecture), Rc::new(params), Rc::new(metadata));
        Self { architecture, size, graph, params, metadata, dtype: None, bank: None, cache: ActivationCache::default() }
    }

    /// The same network, with the same parameters, on images of `size` pixels a side.
    ///
    /// # Errors
    ///
    /// `BadInput` where a parameter's shape depends on the size, patches do not divide it, or a value would be too
    /// large.
    pub fn at(&self, size: usize) -> Result<Self> {
        Ok(Self {
            architecture: Rc::clone(&self.architecture),
            size,
            graph: self.graph_at(size)?,
            params: Rc::clone(&self.params),
            metadata: Rc::clone(&self.metadata),
            dtype: self.dtype,
            bank: self.bank.clone(),
            cache: ActivationCache::default(),
        })
    }

    /// The usual sizes that it can look at, from half to four times its own, which is among them; in rising order.
    pub fn sizes(&self) -> Vec<usize> {
        let own = self.architecture.input().size;
        let near = USUAL_SIZES.into_iter().filter(|&size| 2 * size >= own && size <= 4 * own && size != own);
        let mut sizes: Vec<usize> = near.filter(|&size| self.graph_at(size).is_ok()).chain([own]).collect();
        sizes.sort_unstable();
        sizes
    }

    /// How it computes on images of another size, with the same parameters.
    ///
    /// # Errors
    ///
    /// Those of [`Self::at`].
    pub fn graph_at(&self, size: usize) -> Result<Graph> {
        if size == self.size {
            return Ok(self.graph.clone());
        }
        let (title, own) = (self.architecture.title(), self.architecture.input().size);
        let bad = |message: String| Error::new(Code::BadInput, message);
        if size == 0 {
            return Err(bad(format!("{title} takes images of {own} pixels, not {size}")));
        }
        let refused = |e: Error| bad(format!("{title} does not take images of {size} pixels: {}", e.message));
        let graph = self.architecture.graph(size).map_err(refused)?;
        let shapes = |graph: &Graph| graph.params.iter().map(|p| p.shape.clone()).collect::<Vec<_>>();
        if shapes(&graph) != shapes(&self.graph) {
            return Err(bad(format!("the weights of {title} only fit images of {own} pixels")));
        }
        if graph.nodes.iter().any(|n| n.shape.iter().map(|&n| n as u64).product::<u64>() > LARGEST) {
            return Err(bad(format!("images of {size} pixels are too large for {title} here")));
        }
        Ok(graph)
    }

    /// What it is.
    pub fn architecture(&self) -> &dyn Architecture {
        &*self.architecture
    }

    /// How it computes, on images of its size.
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
        Input { size: self.size, ..self.architecture.input() }
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
        let Input { size, channels } = self.input();
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
        View { network: self, changes, masked: None }
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
    /// How it computes here: of a masked autoencoder with the patches hidden that this call hides. Nodes and names are
    /// the network's own, whatever is hidden.
    pub fn graph(&self) -> &Graph {
        self.masked.as_ref().map_or(&self.network.graph, |(_, graph)| graph)
    }

    /// The patches that are hidden in place of those of a masked autoencoder's fixed mask.
    pub fn mask(&self) -> Option<&PatchMask> {
        self.masked.as_ref().map(|(mask, _)| mask)
    }

    /// How much is changed: parts that are switched off, and a mask.
    pub fn count(&self) -> usize {
        self.changes.len() + usize::from(self.masked.is_some())
    }

    /// The same with these patches hidden.
    pub(crate) fn masked(self, mask: PatchMask, graph: Graph) -> Self {
        Self { masked: Some((mask, graph)), ..self }
    }

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
