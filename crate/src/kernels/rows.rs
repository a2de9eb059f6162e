//! What is done to rows and to single values, in WGSL: a thread for each row, or for four values.

use vitrine_kernels::gemm::Activation;

use super::functions;
use super::wgsl::Shader;

/// Softmax of each row, in place. Numbers: rows, columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Softmax;

impl Shader for Softmax {
    const WORKGROUP: [u32; 2] = [32, 1];

    fn reads(&self) -> usize {
        0
    }

    fn source(&self) -> String {
        "
@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@group(0) @binding(1) var<storage, read> p: array<u32>;
@compute @workgroup_size(32) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p[0]) { return; }
    let begin = id.x * p[1];
    let end = begin + p[1];
    var largest = x[begin];
    for (var i = begin + 1u; i < end; i++) { largest = max(largest, x[i]); }
    var sum = 0f;
    for (var i = begin; i < end; i++) {
        let e = exp(x[i] - largest);
        x[i] = e;
        sum += e;
    }
    let factor = 1f / sum;
    for (var i = begin; i < end; i++) { x[i] *= factor; }
}
"
        .to_owned()
    }
}

/// Layer norm of each row. Numbers: rows, fours of columns, the bits of epsilon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LayerNorm;

impl Shader for LayerNorm {
    const WORKGROUP: [u32; 2] = [32, 1];

    fn reads(&self) -> usize {
        3
    }

    fn source(&self) -> String {
        "
@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> p: array<u32>;
@compute @workgroup_size(32) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p[0]) { return; }
    let fours = p[1];
    let begin = id.x * fours;
    var sums = vec4<f32>();
    for (var i = 0u; i < fours; i++) { sums += x[begin + i]; }
    let each = 0.25f / f32(fours);
    let mean = dot(sums, vec4<f32>(each));
    var squares = vec4<f32>();
    for (var i = 0u; i < fours; i++) {
        let d = x[begin + i] - mean;
        squares += d * d;
    }
    let scale = 1f / sqrt(dot(squares, vec4<f32>(each)) + bitcast<f32>(p[2]));
    for (var i = 0u; i < fours; i++) {
        y[begin + i] = (x[begin + i] - mean) * scale * weight[i] + bias[i];
    }
}
"
        .to_owned()
    }
}

/// An activation of every value, in place of a layer that would have ended with it. Numbers: how many fours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Activate(pub Activation);

impl Shader for Activate {
    const WORKGROUP: [u32; 2] = [64, 1];

    fn reads(&self) -> usize {
        1
    }

    fn source(&self) -> String {
        let functions = functions::definitions(self.0);
        let statement = functions::statement(self.0);
        format!(
            "{functions}
@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> p: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
    if (id.x >= p[0]) {{ return; }}
    var v = x[id.x];
    {statement}
    y[id.x] = v;
}}
"
        )
    }
}

/// The channels of pixels side by side, with zeros after them up to a multiple of four. Numbers: pixels, channels, and how far
/// apart images, pixels and channels are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Padded;

impl Shader for Padded {
    const WORKGROUP: [u32; 2] = [64, 1];

    fn reads(&self) -> usize {
        1
    }

    fn source(&self) -> String {
        "
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> p: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p[0]) { return; }
    let first = 4u * id.y;
    let begin = id.z * p[2] + id.x * p[3] + first * p[4];
    var v = vec4<f32>();
    for (var n = 0u; n < min(4u, p[1] - first); n++) { v[n] = x[begin + n * p[4]]; }
    let fours = (p[1] + 3u) / 4u;
    y[(id.z * p[0] + id.x) * fours + id.y] = v;
}
"
        .to_owned()
    }
}
