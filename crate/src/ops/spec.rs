//! What the operations' rules are written in: shapes with their layouts, cells, blocks of cells.

use std::ops::Range;

use crate::nn::{Graph, NodeId, Param, ParamId};

/// How the numbers of a value lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Dimensions"))]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// `[b, channels, height, width]`.
    Nchw,
    /// `[b, height, width, channels]`.
    Nhwc,
    /// `[b, tokens, channels]`.
    Tokens,
    /// `[b, heads, tokens, channels or tokens]`.
    Heads,
    /// `[b, channels]`.
    Vector,
}

/// Shape and layout of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorSpec {
    /// For one image: the leading dimension is 1, or the number of windows.
    pub shape: Vec<usize>,
    /// What the dimensions are.
    pub layout: Layout,
}

impl TensorSpec {
    /// `[1, channels, height, width]`.
    pub fn nchw(channels: usize, height: usize, width: usize) -> Self {
        Self { shape: vec![1, channels, height, width], layout: Layout::Nchw }
    }

    /// `[1, height, width, channels]`.
    pub fn nhwc(height: usize, width: usize, channels: usize) -> Self {
        Self { shape: vec![1, height, width, channels], layout: Layout::Nhwc }
    }

    /// `[windows, tokens, channels]`.
    pub fn tokens(windows: usize, tokens: usize, channels: usize) -> Self {
        Self { shape: vec![windows, tokens, channels], layout: Layout::Tokens }
    }

    /// `[windows, heads, tokens, channels]`.
    pub fn heads(windows: usize, heads: usize, tokens: usize, channels: usize) -> Self {
        Self { shape: vec![windows, heads, tokens, channels], layout: Layout::Heads }
    }

    /// `[1, channels]`.
    pub fn vector(channels: usize) -> Self {
        Self { shape: vec![1, channels], layout: Layout::Vector }
    }
}

/// The spec of an operation's only input.
pub(super) fn only(inputs: &[TensorSpec]) -> Result<&TensorSpec, String> {
    match inputs {
        [one] => Ok(one),
        _ => Err(format!("it takes one input, not {}", inputs.len())),
    }
}

/// The specs of an operation's two inputs.
pub(super) fn both(inputs: &[TensorSpec]) -> Result<[&TensorSpec; 2], String> {
    match inputs {
        [first, second] => Ok([first, second]),
        _ => Err(format!("it takes two inputs, not {}", inputs.len())),
    }
}

fn of_layout<const N: usize>(spec: &TensorSpec, layout: Layout, what: &str) -> Result<[usize; N], String> {
    match <[usize; N]>::try_from(spec.shape.as_slice()) {
        Ok(shape) if spec.layout == layout => Ok(shape),
        _ => Err(format!("it takes {what}, not {:?} {:?}", spec.layout, spec.shape)),
    }
}

/// Channels, rows and columns of the one input, maps with the channels first.
pub(super) fn channels_first(inputs: &[TensorSpec]) -> Result<[usize; 3], String> {
    let [_, c, h, w] = of_layout(only(inputs)?, Layout::Nchw, "maps [1, channels, height, width]")?;
    Ok([c, h, w])
}

/// Rows, columns and channels of the one input, maps with the channels last.
pub(super) fn channels_last(inputs: &[TensorSpec]) -> Result<[usize; 3], String> {
    let [_, h, w, c] = of_layout(only(inputs)?, Layout::Nhwc, "maps [1, height, width, channels]")?;
    Ok([h, w, c])
}

/// Windows, tokens and channels of the one input.
pub(super) fn of_tokens(inputs: &[TensorSpec]) -> Result<[usize; 3], String> {
    of_layout(only(inputs)?, Layout::Tokens, "tokens [windows, tokens, channels]")
}

/// Windows, heads, tokens and channels.
pub(super) fn of_heads(spec: &TensorSpec) -> Result<[usize; 4], String> {
    of_layout(spec, Layout::Heads, "heads [windows, heads, tokens, channels]")
}

/// The last dimension of a value whose channels come last.
pub(super) fn width(spec: &TensorSpec) -> Result<usize, String> {
    match spec.shape.last() {
        Some(&width) if spec.layout != Layout::Nchw => Ok(width),
        _ => Err(format!("it takes values with the channels last, not {:?} {:?}", spec.layout, spec.shape)),
    }
}

/// A parameter's shape, of this many dimensions.
pub(super) fn stored<const N: usize>(params: &[Param], id: ParamId) -> Result<[usize; N], String> {
    let param = params.get(id).ok_or("it names a parameter that the network does not have")?;
    <[usize; N]>::try_from(param.shape.as_slice())
        .map_err(|_| format!("{} has the shape {:?}, not {N} dimensions", param.key, param.shape))
}

/// The rows of a position embedding or class token as wide as the tokens.
pub(super) fn token_rows(params: &[Param], id: ParamId, channels: usize) -> Result<usize, String> {
    let [_, rows, width] = stored(params, id)?;
    if width == channels { Ok(rows) } else { Err(format!("its {width} channels do not fit tokens of {channels}")) }
}

/// Checks that `n` things come out even in `parts`.
pub(super) fn divisible(n: usize, what: &str, parts: usize, of: &str) -> Result<usize, String> {
    match n.checked_div(parts) {
        Some(each) if n.is_multiple_of(parts) => Ok(each),
        _ => Err(format!("the {n} {what} are not divisible by {parts} {of}")),
    }
}

/// Where a number lies in a value `[b, x, y, c]` on the device, whatever the rank of its shape.
pub type Index = [usize; 4];

/// A block of cells: a range for each dimension on the device.
pub type Block = [Range<usize>; 4];

/// The block of one cell.
pub fn single([b, x, y, c]: Index) -> Block {
    [b..b + 1, x..x + 1, y..y + 1, c..c + 1]
}

/// The cells of a block in row-major order.
pub fn indices(block: &Block) -> impl Iterator<Item = Index> + '_ {
    let [b, x, y, c] = block;
    b.clone().flat_map(move |b| {
        x.clone().flat_map(move |x| y.clone().flat_map(move |y| c.clone().map(move |c| [b, x, y, c])))
    })
}

/// The four dimensions that a value of `shape` has on the device.
#[expect(clippy::unreachable, reason = "the constructors of TensorSpec give two to four dimensions")]
pub fn four(shape: &[usize]) -> Index {
    match *shape {
        [b, c] => [b, 1, 1, c],
        [b, n, c] => [b, 1, n, c],
        [b, x, y, c] => [b, x, y, c],
        _ => unreachable!("every value has two to four dimensions"),
    }
}

/// How a result's positions lie over those of the first input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Geometry {
    /// A position sees what one position of the input sees, the same or another.
    Same,
    /// A position sees a window of the input, `stride` positions after its neighbour's.
    Window {
        /// Positions on a side.
        kernel: usize,
        /// Positions from window to window.
        stride: f64,
    },
    /// A token for each patch of a square grid in the grid's order, behind `leading` tokens that stand for none.
    PatchGrid {
        /// Patches on a side.
        side: usize,
        /// Tokens in front.
        leading: usize,
    },
    /// What a position sees depends on which it is, or is everything.
    Whole,
}

/// Where one cell's number comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provenance {
    /// It is the number of this cell of the first input.
    Copy(Index),
    /// It is computed from these blocks, each of an input by its number.
    Blocks(Vec<(usize, Block)>),
    /// It is learned: no input is read.
    Learned,
}

impl Provenance {
    /// All cells of one block of the first input.
    pub(super) fn block(block: Block) -> Self {
        Self::Blocks(vec![(0, block)])
    }

    /// The cells as blocks of inputs.
    pub fn blocks(self) -> Vec<(usize, Block)> {
        match self {
            Self::Copy(cell) => vec![(0, single(cell))],
            Self::Blocks(blocks) => blocks,
            Self::Learned => vec![],
        }
    }
}

/// An operation where it stands in a graph.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The network.
    pub graph: &'a Graph,
    /// The node that computes the operation.
    pub node: NodeId,
}

impl<'a> Site<'a> {
    /// The four dimensions of the result on the device.
    pub fn shape(&self) -> Index {
        four(&self.graph.nodes[self.node].shape)
    }

    /// The four dimensions of an input on the device.
    pub fn input(&self, input: usize) -> Index {
        four(&self.graph.nodes[self.graph.nodes[self.node].inputs[input]].shape)
    }

    /// A parameter's shape in the checkpoint.
    pub fn stored(&self, param: ParamId) -> &'a [usize] {
        &self.graph.params[param].shape
    }

    /// The place of the operation that computes an input.
    pub fn before(&self, input: usize) -> Self {
        Self { node: self.graph.nodes[self.node].inputs[input], ..*self }
    }

    /// Cells of the result, times the values that each multiplies.
    pub(super) fn cells_times(&self, each: u64) -> u64 {
        self.shape().iter().map(|&n| n as u64).product::<u64>() * each
    }
}
