//! What a network spends its time in on the CPU, over plain slices of float32: matrix products, convolutions,
//! attention, normalizations and activations. Written for WebAssembly's four lanes and fifteen vector registers; the
//! same code runs natively for the tests. `docs/performance.md` says what each idea brought.

pub mod attention;
pub mod batch_norm;
pub mod cells;
pub mod conv;
pub mod cut;
pub mod gemm;
pub mod linear;
pub mod math;
pub mod max_pool;
mod pack;
pub mod pool;
mod simd;
pub mod strip;
#[cfg(test)]
mod testing;
pub mod window;
pub mod winograd;
