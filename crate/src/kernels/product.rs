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

/// `activation(scale left right + bias + relative + mask + residual)` for a batch of matrices of several heads each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Product {
    /// Rows and columns of the result that a thread computes; the latter in fours.
    pub tile: [usize; 2],
    pub left: Left,
    pub right: Right,
    /// Whether the result's rows begin at multiples of four values.
    pub whole: bool,
    /// `[columns]`.
    pub bias: bool,
    /// `[heads, rows, columns]`.
    pub relative: bool,
    /// `[windows, rows, columns]`.
    pub mask: bool,
    /// Of the result's shape.
    pub residual: bool,
    pub activation: Activation,
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
let scale = bitcast<f32>(p[15]);
";

/// The sum, by fours.
const FOURS: &str = "for (var k = 0u; k < (depth + 3u) / 4u; k++) {\n";

impl Shader for Product {
    const WORKGROUP: [u32; 2] = [8, 4];

    fn source(&self) -> String {
        let mut text = self.bindings();
        text += &functions::definitions(self.activation);
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
        let more = [
            (self.bias, "bias", four(self.whole)),
            (self.relative, "relative", "f32"),
            (self.mask, "mask", "f32"),
            (self.residual, "residual", four(self.whole)),
        ];
        parts.extend(more.into_iter().filter(|part| part.0).map(|(_, name, kind)| (name, "read", kind)));
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

    /// Scale, biases, residual and activation, and the result to memory.
    fn endings(&self) -> String {
        let mut text = String::new();
        for j in self.fours() {
            if self.bias {
                text += &format!("let bias{j} = {};\n", self.four("bias", &format!("first + column + {}u", 4 * j)));
            }
        }
        for i in self.rows() {
            text += &format!("if (row + {i}u < rows) {{\n");
            for j in self.fours() {
                text += &format!("if (column + {}u < columns) {{\n", 4 * j);
                text += &self.ending(i, j);
                text += "}\n";
            }
            text += "}\n";
        }
        text
    }

    fn ending(&self, i: usize, j: usize) -> String {
        let column = format!("column + {}u", 4 * j);
        let mut text = format!("let at = out + (row + {i}u) * out_row + {column};\nvar v = s{i}_{j} * scale;\n");
        if self.bias {
            text += &format!("v += bias{j};\n");
        }
        for (there, name, matrix) in [(self.relative, "relative", "head"), (self.mask, "mask", "(batch % windows)")] {
            if there {
                let from = format!("({matrix} * rows + row + {i}u) * columns + {column}");
                text += &format!("v += {};\n", scalars(name, &from));
            }
        }
        if self.residual {
            text += &format!("v += {};\n", self.four("residual", "at"));
        }
        text += functions::statement(self.activation);
        if self.whole {
            return text + "out_values[at / 4u] = v;\n";
        }
        text += "out_values[at] = v.x;\n";
        for (n, part) in [(1, "y"), (2, "z"), (3, "w")] {
            text += &format!("if ({column} + {n}u < columns) {{ out_values[at + {n}u] = v.{part}; }}\n");
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
