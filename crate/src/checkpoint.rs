//! From a checkpoint's header and bytes to a network: which entry is which parameter, and what does not fit.

use burn::tensor::Device;

use crate::error::{Code, Error, Result};
use crate::models::dino::Bank;
use crate::models::{self, Architecture, Keys};
use crate::network::Network;
use crate::nn::{Graph, ParamId, Sink};
use crate::weights::{Header, TensorStream, header_length};

/// Faults that a message lists before it says how many more there are.
const LISTED: usize = 6;

/// Turns a checkpoint's bytes into a [`Network`] as they arrive.
pub struct Loader {
    architecture: Box<dyn Architecture>,
    graph: Graph,
    header: Header,
    stream: TensorStream,
    /// For each tensor of the header, the parameter that it is.
    targets: Vec<Option<ParamId>>,
    sink: Sink,
}

impl Loader {
    /// Checks every key and shape of `header` against `architecture`, or against the one that they tell of themselves.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where no architecture is recognized, or entries are missing, left over or misshapen; the
    /// message lists them.
    pub fn new(
        header: Header,
        architecture: Option<Box<dyn Architecture>>,
        device: &Device,
        gpu: bool,
    ) -> Result<Self> {
        let keys = Keys::new(header.tensors.iter().map(|t| (t.name.clone(), t.shape.clone())));
        let architecture = match architecture {
            Some(asked) => models::detect(&keys).filter(|found| stands_for(&**found, &*asked)).unwrap_or(asked),
            None => models::detect(&keys).ok_or_else(|| unknown(&keys))?,
        };
        plausible(&*architecture)?;
        let graph = architecture.graph(architecture.input().size)?;
        let targets = assign(&header, &keys, &*architecture, &graph)?;
        let stream = TensorStream::with_needed(&header, |i| targets[i].is_some())?;
        let sink = Sink::new(&graph, device, gpu);
        Ok(Self { architecture, graph, header, stream, targets, sink })
    }

    /// Bytes that follow the header.
    pub fn data_size(&self) -> u64 {
        self.header.data_size
    }

    /// The next bytes after the header, in pieces of any length.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        let (targets, sink) = (&self.targets, &mut self.sink);
        self.stream.push(bytes, &mut |tensor, row, data| match targets[tensor] {
            Some(param) => sink.put(param, row, data),
            None => Ok(()),
        })
    }

    /// The network, once all bytes were pushed.
    ///
    /// # Errors
    ///
    /// `Truncated` when bytes are missing.
    pub fn finish(self) -> Result<Network> {
        self.stream.finish()?;
        let params = self.sink.finish()?;
        Ok(Network::new(self.architecture, self.graph, params, self.header.metadata))
    }
}

/// Reads a bank of labelled features: a whole safetensors file with "features" `[n, width]` and "labels" `[n]`.
///
/// # Errors
///
/// `UnsupportedCheckpoint` or `Truncated` where it is none, or a label is not below `classes`.
pub fn read_bank(bytes: &[u8], classes: usize) -> Result<Bank> {
    let broken = || Error::new(Code::UnsupportedCheckpoint, "this is not a bank of features");
    let length = header_length(bytes)?;
    let (json, data) = bytes.get(8..).and_then(|b| b.split_at_checked(length)).ok_or_else(broken)?;
    let header = Header::parse(json, Some(bytes.len() as u64))?;
    let (mut features, mut labels) = (vec![], vec![]);
    let mut stream = TensorStream::new(&header)?;
    stream.push(data, &mut |tensor, _, values| {
        match header.tensors[tensor].name.as_str() {
            "features" => features.extend(values),
            "labels" => labels.extend(values.iter().map(|&v| v as usize)),
            _ => {}
        }
        Ok(())
    })?;
    stream.finish()?;
    let fits = !labels.is_empty() && features.len().is_multiple_of(labels.len()) && labels.iter().all(|&l| l < classes);
    if fits { Ok(Bank { features, labels, classes }) } else { Err(broken()) }
}

/// Bounds on what hostile shapes may ask for before anything is computed from them.
fn plausible(architecture: &dyn Architecture) -> Result<()> {
    let input = architecture.input();
    if !(8..=1024).contains(&input.size) || !matches!(input.channels, 1 | 3) {
        let message = format!(
            "this checkpoint looks like {}, but for images of {} x {} pixels in {} channels, which cannot be shown",
            architecture.title(),
            input.size,
            input.size,
            input.channels
        );
        return Err(Error::new(Code::UnsupportedCheckpoint, message));
    }
    Ok(())
}

/// Whether a checkpoint is what was asked for but for the widths of its layers, which its shapes then tell. Where those are as
/// asked too, what was asked for stands: it knows what no key tells, such as the number of heads.
fn stands_for(found: &dyn Architecture, asked: &dyn Architecture) -> bool {
    if plausible(found).is_err() || found.title() != asked.title() || found.input() != asked.input() {
        return false;
    }
    let [Ok(found), Ok(asked)] = [found, asked].map(|architecture| architecture.graph(architecture.input().size))
    else {
        return false;
    };
    let stages = found.stages.iter().map(|s| &s.name).eq(asked.stages.iter().map(|s| &s.name));
    let widths = found.params.iter().map(|p| &p.shape).eq(asked.params.iter().map(|p| &p.shape));
    found.nodes[found.output].shape == asked.nodes[asked.output].shape && stages && !widths
}

fn assign(header: &Header, keys: &Keys, arch: &dyn Architecture, graph: &Graph) -> Result<Vec<Option<ParamId>>> {
    let mut targets = vec![None; header.tensors.len()];
    let mut found = vec![false; graph.params.len()];
    let (mut extra, mut misshapen) = (vec![], vec![]);
    for (target, tensor) in targets.iter_mut().zip(&header.tensors) {
        let Some(key) = arch.canonical_key(&tensor.name, keys) else { continue };
        match graph.params.iter().position(|p| p.key == key) {
            None => extra.push(tensor.name.clone()),
            Some(id) if graph.params[id].shape != tensor.shape => {
                found[id] = true;
                misshapen
                    .push(format!("{} is {:?} instead of {:?}", tensor.name, tensor.shape, graph.params[id].shape));
            }
            Some(id) if !tensor.dtype.is_weight() => {
                found[id] = true;
                misshapen.push(format!(
                    "{} is stored as {} instead of F32, F16 or BF16",
                    tensor.name,
                    tensor.dtype.name()
                ));
            }
            Some(id) => {
                found[id] = true;
                *target = Some(id);
            }
        }
    }
    let missing = graph.params.iter().zip(&found).filter(|(_, f)| !**f).map(|(p, _)| p.key.clone()).collect();
    let faults = [list("missing", missing), list("not part of it", extra), list("misshapen", misshapen)];
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    if faults.is_empty() {
        return Ok(targets);
    }
    let mut message = format!("this checkpoint does not fit {}: {}", arch.title(), faults.join("; "));
    if let Some(other) = models::detect(keys).filter(|other| other.title() != arch.title()) {
        message += &format!(". It looks like {}", other.title());
    }
    Err(Error::new(Code::UnsupportedCheckpoint, message))
}

fn list(what: &str, mut names: Vec<String>) -> Option<String> {
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("{what}: {}{rest}", names.join(", ")))
}

fn unknown(keys: &Keys) -> Error {
    let some: Vec<&str> = keys.iter().map(|(k, _)| k).take(LISTED).collect();
    let message = format!(
        "no known architecture has these keys ({}, ...). Vitrine reads LeNet-5, AlexNet, VGG, ResNet, ViT, Swin, MAE and \
         DINO checkpoints with torchvision, timm or transformers keys",
        some.join(", ")
    );
    Error::new(Code::UnsupportedCheckpoint, message)
}
