//! From a checkpoint's header and bytes to a network: which entry is which parameter, and what does not fit.

mod files;

use std::collections::BTreeMap;
use std::ops::Range;

pub use files::Files;

use burn::tensor::Device;

use crate::error::{Code, Error, Result};
use crate::models::dino::Bank;
use crate::models::facts::Facts;
use crate::models::layouts::{self, Reading};
use crate::models::{self, Architecture};
use crate::network::Network;
use crate::nn::{Graph, ParamId, Sink};
use crate::weights::{Header, TensorStream, header_length};

/// Faults that a message lists before it says how many more there are.
const LISTED: usize = 6;

/// Where elements of a tensor of the file go.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Slice {
    param: ParamId,
    /// Elements of the tensor.
    from: Range<usize>,
    /// Where the first of them stands in the parameter.
    at: usize,
}

/// Turns a checkpoint's bytes into a [`Network`] as they arrive.
pub struct Loader {
    architecture: Box<dyn Architecture>,
    graph: Graph,
    files: Vec<File>,
    sink: Sink,
    /// Parameters that come in parts, until they are whole.
    parts: BTreeMap<ParamId, Part>,
    facts: Facts,
    metadata: BTreeMap<String, String>,
}

struct File {
    header: Header,
    stream: TensorStream,
    /// For each tensor of the header, what it is of which parameters.
    targets: Vec<Vec<Slice>>,
}

struct Part {
    values: Vec<f32>,
    missing: usize,
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
        let facts = if architecture.is_some() { Facts::catalogued() } else { Facts::none() };
        Self::of_files(vec![header], architecture, facts, device, gpu)
    }

    /// The same for the shards of one checkpoint, with what a configuration says of it.
    ///
    /// # Errors
    ///
    /// Those of [`Self::new`]; `UnsupportedCheckpoint` also where the configuration names what is not supported.
    pub fn of_files(
        headers: Vec<Header>,
        asked: Option<Box<dyn Architecture>>,
        mut facts: Facts,
        device: &Device,
        gpu: bool,
    ) -> Result<Self> {
        let tensors: Vec<(String, Vec<usize>)> =
            headers.iter().flat_map(|h| &h.tensors).map(|t| (t.name.clone(), t.shape.clone())).collect();
        let reading = layouts::read(&tensors);
        facts.transformers_keys = reading.transformers;
        facts.foreign_keys = reading.foreign;
        transposed(&tensors)?;
        let architecture = match asked {
            Some(asked) => asked
                .found_in(&reading.keys, &mut facts)
                .ok()
                .flatten()
                .filter(|f| stands_for(&**f, &*asked))
                .unwrap_or(asked),
            None => models::detect(&reading.keys, &mut facts)?.ok_or_else(|| unknown(&tensors, &facts))?,
        };
        reading.notes.iter().for_each(|note| facts.note(note));
        plausible(&*architecture)?;
        let graph = architecture.graph(architecture.input().size)?;
        let mut targets = assign(&headers, &reading, &*architecture, &graph)?.into_iter();
        let metadata = headers.iter().flat_map(|header| header.metadata.clone()).collect();
        let files = headers.into_iter().map(|header| {
            let targets: Vec<Vec<Slice>> = targets.by_ref().take(header.tensors.len()).collect();
            let stream = TensorStream::with_needed(&header, |i| !targets[i].is_empty())?;
            Ok(File { header, stream, targets })
        });
        let files = files.collect::<Result<_>>()?;
        let sink = Sink::new(&graph, device, gpu);
        Ok(Self { architecture, graph, files, sink, parts: BTreeMap::new(), facts, metadata })
    }

    /// Bytes that follow the header of the first file.
    pub fn data_size(&self) -> u64 {
        self.files[0].header.data_size
    }

    /// What it is.
    pub fn architecture(&self) -> &dyn Architecture {
        &*self.architecture
    }

    /// What the configuration says, and what was assumed.
    pub fn take_facts(&mut self) -> Facts {
        std::mem::replace(&mut self.facts, Facts::none())
    }

    /// Whether a tensor of the first file is a part of the network.
    pub fn needs(&self, tensor: usize) -> bool {
        !self.files[0].targets[tensor].is_empty()
    }

    /// The next bytes after the header of the first file, in pieces of any length.
    ///
    /// # Errors
    ///
    /// Those of [`TensorStream::push`](crate::weights::TensorStream::push), and of placing a tensor whose parts are
    /// stored apart.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.push_file(0, bytes)
    }

    /// The next bytes after the header of a file.
    ///
    /// # Errors
    ///
    /// Those of [`TensorStream::push`](crate::weights::TensorStream::push), and of placing a tensor whose parts are
    /// stored apart.
    pub fn push_file(&mut self, file: usize, bytes: &[u8]) -> Result<()> {
        let File { stream, targets, header } = &mut self.files[file];
        let mut to = Placing { graph: &self.graph, sink: &mut self.sink, parts: &mut self.parts };
        stream.push(bytes, &mut |tensor, row, data| to.put(&targets[tensor], &header.tensors[tensor].shape, row, data))
    }

    /// The next bytes of one tensor of a file whose tensors come in another order than the header's.
    ///
    /// # Errors
    ///
    /// Those of [`TensorStream::push`](crate::weights::TensorStream::push), and of placing a tensor whose parts are
    /// stored apart.
    pub fn push_tensor(&mut self, file: usize, tensor: usize, bytes: &[u8]) -> Result<()> {
        let File { stream, targets, header } = &mut self.files[file];
        let mut to = Placing { graph: &self.graph, sink: &mut self.sink, parts: &mut self.parts };
        let shape = &header.tensors[tensor].shape;
        stream.push_to(tensor, bytes, &mut |tensor, row, data| to.put(&targets[tensor], shape, row, data))
    }

    /// The network, once all bytes were pushed.
    ///
    /// # Errors
    ///
    /// `Truncated` when bytes are missing.
    pub fn finish(self) -> Result<Network> {
        for file in &self.files {
            file.stream.finish()?;
        }
        let dtype = self.dtype();
        let params = self.sink.finish()?;
        let mut network = Network::new(self.architecture, self.graph, params, self.metadata);
        network.dtype = dtype;
        Ok(network)
    }

    /// The type that most weights are stored in.
    fn dtype(&self) -> Option<&'static str> {
        let mut bytes: BTreeMap<&str, u64> = BTreeMap::new();
        for File { header, targets, .. } in &self.files {
            for (tensor, _) in header.tensors.iter().zip(targets).filter(|(_, targets)| !targets.is_empty()) {
                *bytes.entry(tensor.dtype.name()).or_default() += tensor.end - tensor.start;
            }
        }
        bytes.into_iter().max_by_key(|&(_, bytes)| bytes).map(|(name, _)| name)
    }
}

/// Brings pieces of tensors to the parameters that they are, or are parts of.
struct Placing<'a> {
    graph: &'a Graph,
    sink: &'a mut Sink,
    parts: &'a mut BTreeMap<ParamId, Part>,
}

impl Placing<'_> {
    fn put(&mut self, slices: &[Slice], shape: &[usize], row: usize, data: Vec<f32>) -> Result<()> {
        let elements: usize = shape.iter().product();
        let size = |param: ParamId| self.graph.params[param].shape.iter().product::<usize>();
        if let [Slice { param, from, .. }] = slices
            && from.len() == elements
            && size(*param) == elements
        {
            return self.sink.put(*param, row, data);
        }
        let start = if shape.len() >= 2 { row * (elements / shape[0].max(1)) } else { 0 };
        for Slice { param, from, at } in slices {
            let here = from.start.max(start)..from.end.min(start + data.len());
            if here.is_empty() {
                continue;
            }
            let total = size(*param);
            let part = self.parts.entry(*param).or_insert_with(|| Part { values: vec![0.0; total], missing: total });
            let to = at + here.start - from.start;
            part.values[to..to + here.len()].copy_from_slice(&data[here.start - start..here.end - start]);
            part.missing = part.missing.saturating_sub(here.len());
            if part.missing == 0 {
                let whole = self.parts.remove(param).map(|part| part.values).unwrap_or_default();
                self.sink.put(*param, 0, whole)?;
            }
        }
        Ok(())
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

/// Whether a checkpoint is what was asked for but for the widths of its layers, which its shapes then tell. Where those
/// are as asked too, what was asked for stands: it knows what no key tells, such as the number of heads.
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

fn assign(headers: &[Header], reading: &Reading, arch: &dyn Architecture, graph: &Graph) -> Result<Vec<Vec<Slice>>> {
    let index: BTreeMap<&str, ParamId> = graph.params.iter().enumerate().map(|(id, p)| (p.key.as_str(), id)).collect();
    let mut targets = vec![];
    let mut found = vec![0; graph.params.len()];
    let (mut extra, mut misshapen, mut twice) = (vec![], vec![], vec![]);
    for (tensor, places) in headers.iter().flat_map(|h| &h.tensors).zip(&reading.places) {
        let elements: usize = tensor.shape.iter().product();
        let mut slices = vec![];
        for (i, place) in places.iter().enumerate() {
            // A part that the network does not use, such as the bias of keys beside cosines.
            if layouts::is_buffer(&place.key) {
                continue;
            }
            let Some(&id) = index.get(&*arch.canonical_key(&place.key, &reading.keys)) else {
                extra.push(tensor.name.clone());
                break;
            };
            let (part, of) = place.part;
            let cut = elements / places.len();
            let (want, have) = (&graph.params[id].shape, reading.keys.shape(&place.key).unwrap_or_default());
            found[id] += if of > 1 { 1 } else { 3 };
            if want[..] != *have || !same_rows(&tensor.shape, want, of, places.len()) {
                misshapen.push(format!("{} is {:?} instead of {:?}", tensor.name, tensor.shape, part_of(want, of)));
            } else if !tensor.dtype.is_weight() {
                let name = tensor.dtype.name();
                misshapen.push(format!("{} is stored as {name}, which is not a floating-point type", tensor.name));
            } else if found[id] > 3 || slices.iter().any(|s: &Slice| s.param == id) {
                twice.push(tensor.name.clone());
            }
            slices.push(Slice { param: id, from: i * cut..(i + 1) * cut, at: part * elements });
        }
        targets.push(slices);
    }
    // Two parts of two count as three.
    let whole = |id: usize| found[id] >= 3 || parts_of(&graph.params[id].key, reading) == found[id] && found[id] > 1;
    let missing = (0..graph.params.len()).filter(|&id| !whole(id)).map(|id| graph.params[id].key.clone()).collect();
    let faults =
        [list("missing", missing), list("not part of it", extra), list("misshapen", misshapen), list("twice", twice)];
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    if faults.is_empty() {
        return Ok(targets);
    }
    let mut message = format!("this checkpoint does not fit {}: {}", arch.title(), faults.join("; "));
    let other = models::detect(&reading.keys, &mut Facts::catalogued()).ok().flatten();
    if let Some(other) = other.filter(|other| other.title() != arch.title()) {
        message += &format!(". It looks like {}", other.title());
    }
    Err(Error::new(Code::UnsupportedCheckpoint, message))
}

/// Of how many parts the file has a parameter.
fn parts_of(key: &str, reading: &Reading) -> usize {
    let of = |place: &layouts::Placed| (place.key == key).then_some(place.part.1);
    reading.places.iter().flatten().find_map(of).unwrap_or(1)
}

/// One of `of` stacked parts of a shape.
fn part_of(shape: &[usize], of: usize) -> Vec<usize> {
    let mut part = shape.to_vec();
    if let Some(rows) = part.first_mut() {
        *rows /= of.max(1);
    }
    part
}

/// Whether a tensor is as large as its part of the parameter, or as all that it is cut into.
fn same_rows(tensor: &[usize], param: &[usize], of: usize, cut: usize) -> bool {
    tensor.iter().product::<usize>() * of == param.iter().product::<usize>() * cut
}

/// Refuses a weight that lies on its side beside a bias that tells: the weight is named, not its bias.
fn transposed(tensors: &[(String, Vec<usize>)]) -> Result<()> {
    let shapes: BTreeMap<&str, &[usize]> = tensors.iter().map(|(name, shape)| (name.as_str(), &shape[..])).collect();
    for (name, shape) in tensors {
        let bias = name.strip_suffix("weight").and_then(|start| shapes.get(&*format!("{start}bias")));
        if let (&[rows, columns], Some(&&[bias])) = (&shape[..], bias)
            && bias != rows
            && bias == columns
        {
            let message = format!(
                "{name} is {shape:?}, but its bias has {bias} values: it is stored transposed. PyTorch's linear layers are \
                 [outputs, inputs]; save it so"
            );
            return Err(Error::new(Code::UnsupportedCheckpoint, message));
        }
    }
    Ok(())
}

fn list(what: &str, mut names: Vec<String>) -> Option<String> {
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("{what}: {}{rest}", names.join(", ")))
}

fn unknown(tensors: &[(String, Vec<usize>)], facts: &Facts) -> Error {
    if facts.timm().is_some() {
        return facts.refuse("this architecture is not supported");
    }
    let mut some: Vec<&str> = tensors.iter().map(|(name, _)| name.as_str()).collect();
    some.sort_unstable();
    some.truncate(LISTED);
    let message = format!(
        "no known architecture has these keys ({}, ...). Vitrine reads LeNet-5, AlexNet, VGG, ResNet, ViT, Swin, MAE and \
         DINO checkpoints with torchvision, timm or transformers keys",
        some.join(", ")
    );
    Error::new(Code::UnsupportedCheckpoint, message)
}
