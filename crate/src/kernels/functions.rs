//! Functions in WGSL, with the constants of the CPU's.

use vitrine_kernels::gemm::Activation;
use vitrine_kernels::math::{ERF_ABOVE, ERF_BELOW};

/// The polynomial of `x` with these coefficients, the highest power first.
fn polynomial(coefficients: &[f32]) -> String {
    let mut sum = format!("vec4<f32>({:e}f)", coefficients[0]);
    for c in &coefficients[1..] {
        sum = format!("fma({sum}, x, vec4<f32>({c:e}f))");
    }
    sum
}

/// The functions that an activation needs.
pub(super) fn definitions(activation: Activation) -> String {
    if activation == Activation::Gelu { gelu() } else { String::new() }
}

/// An activation of the four values `v`.
pub(super) fn statement(activation: Activation) -> &'static str {
    match activation {
        Activation::None => "",
        // `max` may take 0 for NaN, and an overflow would be passed over in silence.
        Activation::Relu => "v = select(v, vec4<f32>(), v < vec4<f32>());\n",
        Activation::Gelu => "v = gelu(v);\n",
    }
}

/// `gelu`, exact, of four values.
fn gelu() -> String {
    let (above, below) = (polynomial(&ERF_ABOVE), polynomial(&ERF_BELOW));
    format!(
        "fn gelu(v: vec4<f32>) -> vec4<f32> {{
             let z = clamp(v * {:e}f, vec4<f32>(-4f), vec4<f32>(4f));
             let x = z * z;
             let erf = z * {above} / ({below});
             return fma(0.5f * v, erf, 0.5f * v);
         }}\n",
        std::f32::consts::FRAC_1_SQRT_2
    )
}
