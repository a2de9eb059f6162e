//! Products of matrices in WGSL: each thread keeps a tile of the result in its registers.

use vitrine_kernels::gemm::Activation;

use super::functions;
use super::wgsl::Shader;

/// How the right matrix lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Right {
    /// Transposed, so that both factors are read along the sum.
    Rows,
    /// As it is multiplied.
    Columns,
}

/// How the left matrix lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Left {
    /// In rows that begin at multiples of four values.
    Aligned,
    /// In rows that may begin anywhere.
    Loose,
    /// As an image `[y, x, channels]`, a row of the matrix being what a window of it shows, `[ky, kx, channels]`.
    Image,
}

/// What may be added to a product, and what is done to the sum. Which of it is, the shader is told by a number: each shader
/// less is some tenths of a second less before a first answer on software.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Ends {
    /// Nothing.
    None,
    /// [`Ending::Bias`], [`Ending::Residual`], [`Ending::Relu`].
    Convolution,
    /// The same and [`Ending::Gelu`].
    Linear,
    /// [`Ending::Relative`], [`Ending::Mask`].
    Scores,
}

/// One thing of these: its bit in the number that tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Ending {
    /// `[columns]`.
    Bias = 1,
    /// `[heads, rows, columns]`.
    Relative = 2,
    /// `[windows, rows, columns]`.
    Mask = 4,
    /// Of the result's shape.
    Residual = 8,
    Relu = 16,
    Gelu = 32,
}

impl Ends {
    /// In the order in which they are done; matrices are bound in this order too.
    pub fn all(self) -> &'static [Ending] {
        use Ending::{Bias, Gelu, Mask, Relative, Relu, Residual};
        match self {
            Self::None => &[],
            Self::Convolution => &[Bias, Residual, Relu],
            Self::Linear => &[Bias, Residual, Relu, Gelu],
            Self::Scores => &[Relative, Mask],
        }
    }

    fn matrices(self) -> impl Iterator<Item = &'static str> {
        self.all().iter().filter_map(|ending| ending.matrix())
    }
}

impl Ending {
    /// The matrix that it adds.
    fn matrix(self) -> Option<&'static str> {
        match self {
            Self::Bias => Some("bias"),
            Self::Relative => Some("relative"),
            Self::Mask => Some("mask"),
            Self::Residual => Some("residual"),
            Self::Relu | Self::Gelu => None,
        }
    }

    /// The activation that it is.
    fn activation(self) -> Activation {
        match self {
            Self::Relu => Activation::Relu,
            Self::Gelu => Activation::Gelu,
            Self::Bias | Self::Relative | Self::Mask | Self::Residual => Activation::None,
        }
    }
}

/// `activation(scale left right + bias + relative + mask + residual)` for a batch of matrices of several heads each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Product {
    /// Rows and columns of the result that a thread computes; the latter in fours.
    pub tile: [usize; 2],
    pub left: Left,
    pub right: Right,
    /// Whether the result's rows begin at multiples of four values.
    pub whole: bool,
    pub ends: Ends,
}

/// Where a matrix of the batch begins and its rows follow: what to add for the next row, batch and head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strides {
    pub row: usize,
    pub batch: usize,
    pub head: usize,
}

/// What a product with [`Left::Image`] is told of the image and of the windows on it, which are squares.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Image {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    pub kernel: usize,
    pub stride: usize,
    pub padding: usize,
    /// Windows beside each other.
    pub across: usize,
}

/// The numbers that a product is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    pub rows: usize,
    pub columns: usize,
    /// How many products a sum has.
    pub depth: usize,
    pub batch: usize,
    pub heads: usize,
    pub left: Strides,
    pub right: Strides,
    pub out: Strides,
    /// The result's first column in what is written, and its bias's in the bias.
    pub first: usize,
    pub scale: f32,
    /// The batch holds the windows of an image in turn.
    pub windows: usize,
    pub image: Image,
    /// The [`Ending`]s that are done.
    pub ends: u32,
}

impl Sizes {
    /// In the order in which the shader reads them.
    pub fn numbers(&self) -> Vec<u32> {
        let strides = |s: Strides| [s.row, s.batch, s.head];
        let mut numbers = vec![self.rows, self.columns, self.depth, self.heads, self.windows, self.first];
        numbers.extend([self.left, self.right, self.out].into_iter().flat_map(strides));
        let mut numbers: Vec<u32> = numbers.into_iter().map(|n| n as u32).collect();
        numbers.push(self.scale.to_bits());
        let Image { height, width, channels, kernel, stride, padding, across } = self.image;
        numbers.extend([height, width, channels, kernel, stride, padding, across].map(|n| n as u32));
        numbers.push(self.ends);
        numbers
    }

    pub fn threads(&self, tile: [usize; 2]) -> [usize; 3] {
        [self.columns.div_ceil(tile[1]), self.rows.div_ceil(tile[0]), self.batch * self.heads]
    }
}

const NUMBERS: &str = "
let rows = p[0]; let columns = p[1]; let depth = p[2]; let windows = p[4]; let first = p[5];
let batch = id.z / p[3]; let head = id.z % p[3];
let left_row = p[6]; let left = batch * p[7] + head * p[8];
let right_row = p[9]; let right = batch * p[10] + head * p[11];
let out_row = p[12]; let out = batch * p[13] + head * p[14] + first;
let scale = bitcast<f32>(p[15]); let ends = p[23];
";

/// The sum, by fours.
const FOURS: &str = "for (var k = 0u; k < (depth + 3u) / 4u; k++) {\n";

impl Shader for Product {
    const WORKGROUP: [u32; 2] = [8, 4];

    fn reads(&self) -> usize {
        2 + self.ends.matrices().count()
    }

    fn source(&self) -> String {
        let mut text = self.bindings();
        self.ends.all().iter().for_each(|ending| text += &functions::definitions(ending.activation()));
        let [x, y] = Self::WORKGROUP;
        let [tile_rows, tile_columns] = self.tile;
        text +=
            &format!("@compute @workgroup_size({x}, {y}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {{\n");
        text += NUMBERS;
        text += &format!(
            "let column = id.x * {tile_columns}u; let row = id.y * {tile_rows}u;
             if (column >= columns || row >= rows) {{ return; }}\n"
        );
        text += &self.sums();
        text += &self.endings();
        text + "}\n"
    }
}

/// The kinds of products that there are.
impl Product {
    pub fn linear(tile: [usize; 2], whole: bool) -> Self {
        Self { tile, left: Left::Aligned, right: Right::Rows, whole, ends: Ends::Linear }
    }

    pub fn convolution(tile: [usize; 2]) -> Self {
        Self { tile, left: Left::Image, right: Right::Rows, whole: true, ends: Ends::Convolution }
    }

    /// Of queries and keys, so many of each.
    pub fn scores(tile: [usize; 2], tokens: usize) -> Self {
        Self { tile, left: Left::Aligned, right: Right::Rows, whole: tokens.is_multiple_of(4), ends: Ends::Scores }
    }

    /// Of weights and values, so many of them.
    pub fn values(tile: [usize; 2], tokens: usize) -> Self {
        let left = if tokens.is_multiple_of(4) { Left::Aligned } else { Left::Loose };
        Self { tile, left, right: Right::Columns, whole: true, ends: Ends::None }
    }
}

impl Product {
    fn rows(&self) -> std::ops::Range<usize> {
        0..self.tile[0]
    }

    /// The fours of columns.
    fn fours(&self) -> std::ops::Range<usize> {
        0..self.tile[1] / 4
    }

    fn bindings(&self) -> String {
        let four = |four: bool| if four { "vec4<f32>" } else { "f32" };
        let mut parts =
            vec![("left_values", "read", four(self.left != Left::Loose)), ("right_values", "read", "vec4<f32>")];
        let of_layers = self.whole && self.ends != Ends::Scores;
        parts.extend(self.ends.matrices().map(|name| (name, "read", four(of_layers))));
        parts.push(("out_values", "read_write", four(self.whole)));
        parts.push(("p", "read", "u32"));
        let declare = |(i, (name, access, kind)): (usize, &(&str, &str, &str))| {
            format!("@group(0) @binding({i}) var<storage, {access}> {name}: array<{kind}>;\n")
        };
        parts.iter().enumerate().map(declare).collect()
    }

    /// `s{i}_{j}`: fours of sums of products. Rows and columns that do not exist repeat the last.
    fn sums(&self) -> String {
        let mut text = String::new();
        let divisor = if self.left == Left::Loose { 1 } else { 4 };
        for i in self.rows() {
            text += &format!("let row{i} = min(row + {i}u, rows - 1u);\n");
            if self.left == Left::Image {
                text +=
                    &format!("let y{i} = row{i} / p[22] * p[20] - p[21]; let x{i} = row{i} % p[22] * p[20] - p[21];\n");
            } else {
                text += &format!("let l{i} = (left + row{i} * left_row) / {divisor}u;\n");
            }
        }
        match self.right {
            Right::Rows => (0..self.tile[1]).for_each(|j| {
                text += &format!("let r{j} = (right + min(column + {j}u, columns - 1u) * right_row) / 4u;\n");
            }),
            Right::Columns => self.fours().for_each(|j| {
                text += &format!("let r{j} = (right + min(column + {}u, columns - 4u)) / 4u;\n", 4 * j);
            }),
        }
        for i in self.rows() {
            match self.right {
                Right::Rows => (0..self.tile[1]).for_each(|j| text += &format!("var t{i}_{j} = 0f;\n")),
                Right::Columns => self.fours().for_each(|j| text += &format!("var s{i}_{j} = vec4<f32>();\n")),
            }
        }
        let end = if self.left == Left::Image { "}\n}\n" } else { "}\n" };
        text += &if self.left == Left::Image { self.windows() } else { FOURS.to_owned() };
        text += &self.left_values();
        match self.right {
            Right::Rows => text += &self.dot_products(),
            Right::Columns => text += &self.outer_products(),
        }
        text += end;
        if self.right == Right::Rows {
            for i in self.rows() {
                for j in self.fours() {
                    let parts = [0, 1, 2, 3].map(|n| format!("t{i}_{}", 4 * j + n)).join(", ");
                    text += &format!("let s{i}_{j} = vec4<f32>({parts});\n");
                }
            }
        }
        text
    }

    /// For each position in a window `l{i}`, where its channels begin, and whether it is in the image; then its
    /// channels by fours. Positions are computed as if they could not be negative: those that are wrap around, and are
    /// too large.
    fn windows(&self) -> String {
        let mut text = String::from(
            "for (var n = 0u; n < p[19] * p[19]; n++) {
             let first_k = n * p[18] / 4u;\n",
        );
        for i in self.rows() {
            text += &format!(
                "let v{i} = y{i} + n / p[19]; let u{i} = x{i} + n % p[19];
                 let in{i} = v{i} < p[16] && u{i} < p[17];
                 let l{i} = select(0u, (left + (v{i} * p[17] + u{i}) * p[18]) / 4u, in{i});\n"
            );
        }
        text + "for (var c = 0u; c < p[18] / 4u; c++) {\nlet k = first_k + c;\n"
    }

    /// `a{i}`: four values of each row; beyond the sum's end and around the image zeros.
    fn left_values(&self) -> String {
        let each = |i| match self.left {
            Left::Image => format!("let a{i} = select(vec4<f32>(), left_values[l{i} + c], in{i});\n"),
            _ => format!("let a{i} = left_values[l{i} + k];\n"),
        };
        if self.left != Left::Loose {
            return self.rows().map(each).collect();
        }
        let mut text = String::from("let kept = vec4<u32>(4u * k) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(depth);\n");
        for i in self.rows() {
            let four = [0, 1, 2, 3].map(|n| format!("left_values[l{i} + 4u * k + {n}u]")).join(", ");
            text += &format!("let a{i} = select(vec4<f32>(), vec4<f32>({four}), kept);\n");
        }
        text
    }

    fn dot_products(&self) -> String {
        let mut text = String::new();
        for j in 0..self.tile[1] {
            text += &format!("let b{j} = right_values[r{j} + k];\n");
            self.rows().for_each(|i| text += &format!("t{i}_{j} += dot(a{i}, b{j});\n"));
        }
        text
    }

    fn outer_products(&self) -> String {
        let mut text = String::new();
        for (n, part) in ["x", "y", "z", "w"].into_iter().enumerate() {
            text += &format!("let k{n} = min(4u * k + {n}u, depth - 1u) * right_row / 4u;\n");
            for j in self.fours() {
                text += &format!("let b{n}_{j} = right_values[r{j} + k{n}];\n");
                self.rows().for_each(|i| text += &format!("s{i}_{j} += a{i}.{part} * b{n}_{j};\n"));
            }
        }
        text
    }

    /// Scale, what is added, activation, and the result to memory: a loop, since written out it would take software half of
    /// the time in which it compiles the shader.
    fn endings(&self) -> String {
        let (fours, count) = (self.fours().len(), self.rows().len() * self.fours().len());
        let sums: Vec<String> = self.rows().flat_map(|i| self.fours().map(move |j| format!("s{i}_{j}"))).collect();
        let mut text = format!(
            "var sums = array<vec4<f32>, {count}>({});
             for (var n = 0u; n < {count}u; n++) {{
             let i = row + n / {fours}u; let j = column + n % {fours}u * 4u;
             if (i >= rows || j >= columns) {{ continue; }}
             let at = out + i * out_row + j;
             var v = sums[n] * scale;\n",
            sums.join(", ")
        );
        for &ending in self.ends.all() {
            text += &format!("if ((ends & {}u) != 0u) {{ {} }}\n", ending as u32, self.ending(ending).trim_end());
        }
        text += &self.store();
        text + "}\n"
    }

    /// What one of them does to the four values `v`.
    fn ending(&self, ending: Ending) -> String {
        let matrix = |name: &str, number: &str| scalars(name, &format!("({number} * rows + i) * columns + j"));
        let added = match ending {
            Ending::Bias => self.four("bias", "first + j"),
            Ending::Residual => self.four("residual", "at"),
            Ending::Relative => matrix("relative", "head"),
            Ending::Mask => matrix("mask", "(batch % windows)"),
            Ending::Relu | Ending::Gelu => return functions::statement(ending.activation()).to_owned(),
        };
        format!("v += {added};")
    }

    fn store(&self) -> String {
        if self.whole {
            return "out_values[at / 4u] = v;\n".to_owned();
        }
        let mut text = String::from("out_values[at] = v.x;\n");
        for (n, part) in [(1, "y"), (2, "z"), (3, "w")] {
            text += &format!("if (j + {n}u < columns) {{ out_values[at + {n}u] = v.{part}; }}\n");
        }
        text
    }

    /// Four values from the one at an index on.
    fn four(&self, name: &str, at: &str) -> String {
        if self.whole { format!("{name}[({at}) / 4u]") } else { scalars(name, at) }
    }
}

fn scalars(name: &str, at: &str) -> String {
    let four = [0, 1, 2, 3].map(|n| format!("{name}[{at} + {n}u]")).join(", ");
    format!("vec4<f32>({four})")
}
