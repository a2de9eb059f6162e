//! Swin's windows: cutting a map into them, shifting it, putting it together again, merging neighbours.

use burn::tensor::{Device, Tensor, TensorData};
use vitrine_kernels::cut::Cut;

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, channels_last, divisible, of_tokens};
use super::{Cell, Operation, Pending, one};
use crate::kernels;
use crate::nn::{Context, Param, ParamId};

/// The attention mask of shifted windows: which token pairs of a window came from apart in the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WindowMask {
    /// Rows of the (padded) feature map.
    pub height: usize,
    /// Columns of the (padded) feature map.
    pub width: usize,
    /// Window side.
    pub window: usize,
    /// Rows and columns by which the map was rolled.
    pub shift: usize,
}

impl WindowMask {
    /// The part of the map, before it was rolled, that a token of a window came from: tokens of different parts do not
    /// see each other.
    pub fn region(&self, window: usize, token: usize) -> usize {
        let part = |i: usize, size: usize| match i {
            i if i < size - self.window => 0,
            i if i < size - self.shift => 1,
            _ => 2,
        };
        let across = self.width / self.window;
        let (top, left) = (window / across * self.window, window % across * self.window);
        3 * part(top + token / self.window, self.height) + part(left + token % self.window, self.width)
    }

    /// The values that are added to the scores, the number of windows and of tokens in one: -100 between tokens that
    /// the cyclic shift brought together from apart.
    pub fn values(&self) -> (Vec<f32>, usize, usize) {
        let windows = self.height / self.window * (self.width / self.window);
        let n = self.window * self.window;
        let mut data = Vec::with_capacity(windows * n * n);
        for window in 0..windows {
            let apart = |(a, b): (usize, usize)| self.region(window, a) != self.region(window, b);
            let pairs = (0..n).flat_map(|a| (0..n).map(move |b| (a, b)));
            data.extend(pairs.map(|pair| if apart(pair) { -100.0 } else { 0.0 }));
        }
        (data, windows, n)
    }

    /// [`Self::values`] on a device, `[windows, 1, n, n]`.
    pub fn tensor(&self, device: &Device) -> Tensor<4> {
        let (data, windows, n) = self.values();
        Tensor::from_data(TensorData::new(data, [windows, 1, n, n]), device)
    }

    /// Checks that it fits `windows` windows of `tokens` tokens.
    pub(super) fn check(&self, windows: usize, tokens: usize) -> Result<(), String> {
        let rows = divisible(self.height, "rows", self.window, "rows of a window")?;
        let columns = divisible(self.width, "columns", self.window, "columns of a window")?;
        let fits = rows * columns == windows && self.window * self.window == tokens && self.shift < self.window;
        fits.then_some(()).ok_or_else(|| {
            format!(
                "a mask for {rows} x {columns} windows of {} does not fit {windows} of {tokens} tokens",
                self.window
            )
        })
    }
}

/// A cyclic shift of rows and columns of `[b, h, w, c]`: `torch.roll` by `-shift`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roll {
    /// Cells towards the origin; negative: back.
    pub shift: isize,
}

/// Rolls rows and columns towards the origin by `shift`.
pub fn roll(x: Tensor<4>, shift: isize) -> Tensor<4> {
    let [_, h, w, _] = x.dims();
    let x = roll_dim(x, 1, shift.rem_euclid(h as isize) as usize, h);
    roll_dim(x, 2, shift.rem_euclid(w as isize) as usize, w)
}

fn roll_dim(x: Tensor<4>, dim: usize, shift: usize, n: usize) -> Tensor<4> {
    if shift == 0 {
        return x;
    }
    Tensor::cat(vec![x.clone().narrow(dim, shift, n - shift), x.narrow(dim, 0, shift)], dim)
}

impl Operation for Roll {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [height, width, channels] = channels_last(inputs)?;
        Ok(TensorSpec::nhwc(height, width, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        roll(one(inputs), self.shift)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, site: &Site<'_>, [b, y, x, c]: Index) -> Provenance {
        let [_, height, width, _] = site.input(0);
        let before = |i: usize, n: usize| (i as isize + self.shift).rem_euclid(n as isize) as usize;
        Provenance::Copy([b, before(y, height), before(x, width), c])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// Windows as batches: `[b, h, w, c] -> [b * windows, window^2, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowPartition {
    /// Window side.
    pub window: usize,
}

/// `[b, h, w, c] -> [b windows, 1, w w, c]`.
pub fn window_partition(x: Tensor<4>, window: usize) -> Tensor<4> {
    let [b, h, w, c] = x.dims();
    if let Some(y) = kernels::windows(&x, Cut { height: h, width: w, side: window, shift: 0 }) {
        return y;
    }
    let (rows, cols) = (h / window, w / window);
    x.reshape([b, rows, window, cols, window, c]).permute([0, 1, 3, 2, 4, 5]).reshape([
        b * rows * cols,
        1,
        window * window,
        c,
    ])
}

/// Maps that are rolled and then cut.
pub(crate) fn rolled_windows(x: Tensor<4>, cut: Cut) -> Tensor<4> {
    kernels::windows(&x, cut).unwrap_or_else(|| window_partition(roll(x, cut.shift as isize), cut.side))
}

/// The inverse of [`rolled_windows`], with a shortcut added.
pub(crate) fn maps_rolled_back(x: Tensor<4>, cut: Cut, shortcut: Option<Tensor<4>>) -> Tensor<4> {
    kernels::maps(&x, cut, shortcut.as_ref()).unwrap_or_else(|| {
        let y = roll(window_reverse(x, cut.side, cut.height, cut.width), -(cut.shift as isize));
        if let Some(shortcut) = shortcut { y + shortcut } else { y }
    })
}

impl Operation for WindowPartition {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [height, width, channels] = channels_last(inputs)?;
        let rows = divisible(height, "rows", self.window, "rows of a window")?;
        let columns = divisible(width, "columns", self.window, "columns of a window")?;
        Ok(TensorSpec::tokens(rows * columns, self.window * self.window, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        window_partition(one(inputs), self.window)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, site: &Site<'_>, [b, _, token, c]: Index) -> Provenance {
        let across = site.input(0)[2] / self.window;
        let (top, left) = (b / across * self.window, b % across * self.window);
        Provenance::Copy([0, top + token / self.window, left + token % self.window, c])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// The inverse of [`WindowPartition`]: `[b * windows, window^2, c] -> [b, h, w, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowReverse {
    /// Window side.
    pub window: usize,
    /// Rows of the map.
    pub height: usize,
    /// Columns of the map.
    pub width: usize,
}

/// `[b windows, 1, w w, c] -> [b, h, w, c]`.
pub fn window_reverse(x: Tensor<4>, window: usize, height: usize, width: usize) -> Tensor<4> {
    let [windows, _, _, c] = x.dims();
    if let Some(y) = kernels::maps(&x, Cut { height, width, side: window, shift: 0 }, None) {
        return y;
    }
    let (rows, cols) = (height / window, width / window);
    x.reshape([windows / (rows * cols), rows, cols, window, window, c]).permute([0, 1, 3, 2, 4, 5]).reshape([
        windows / (rows * cols),
        height,
        width,
        c,
    ])
}

impl Operation for WindowReverse {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [windows, tokens, channels] = of_tokens(inputs)?;
        let rows = divisible(self.height, "rows", self.window, "rows of a window")?;
        let columns = divisible(self.width, "columns", self.window, "columns of a window")?;
        if rows * columns != windows || self.window * self.window != tokens {
            return Err(format!(
                "{windows} windows of {tokens} tokens do not make a map of {} x {}",
                self.height, self.width
            ));
        }
        Ok(TensorSpec::nhwc(self.height, self.width, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        window_reverse(one(inputs), self.window, self.height, self.width)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, [_, y, x, c]: Index) -> Provenance {
        let window = y / self.window * (self.width / self.window) + x / self.window;
        Provenance::Copy([window, 0, y % self.window * self.window + x % self.window, c])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// Two by two neighbours side by side, in timm's order (0,0) (1,0) (0,1) (1,1): `[b, h, w, c] -> [b, h/2, w/2, 4c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeNeighbours;

/// timm's PatchMerging: `[b, h, w, c] -> [b, h/2, w/2, 4c]`.
pub fn merge_neighbours(x: Tensor<4>) -> Tensor<4> {
    if let Some(y) = kernels::neighbours(&x) {
        return y;
    }
    let [b, h, w, c] = x.dims();
    x.reshape([b, h / 2, 2, w / 2, 2, c]).permute([0, 1, 3, 4, 2, 5]).reshape([b, h / 2, w / 2, 4 * c])
}

impl Operation for MergeNeighbours {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [height, width, channels] = channels_last(inputs)?;
        let rows = divisible(height, "rows", 2, "neighbours")?;
        let columns = divisible(width, "columns", 2, "neighbours")?;
        let merged = channels.checked_mul(4).ok_or("it has too many channels")?;
        Ok(TensorSpec::nhwc(rows, columns, merged))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        merge_neighbours(one(inputs))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Window { kernel: 2, stride: 2.0 }
    }

    fn provenance(&self, site: &Site<'_>, [b, y, x, c]: Index) -> Provenance {
        let channels = site.input(0)[3];
        let neighbour = c / channels;
        Provenance::Copy([b, 2 * y + neighbour % 2, 2 * x + neighbour / 2, c % channels])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}
