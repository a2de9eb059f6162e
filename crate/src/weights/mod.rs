//! Checkpoints as streams: the safetensors header, its tensors as they arrive, and the digest of the bytes.
//!
//! Nothing here knows a network: a [`Header`] lists names, kinds and shapes, a [`TensorStream`] turns the bytes after
//! it into `f32` pieces. Both take hostile input: no byte sequence panics, hangs or allocates beyond what it declares
//! and these modules' bounds. Format: <https://github.com/huggingface/safetensors#format>.

mod digest;
mod header;
mod pickle;
mod stream;
#[cfg(test)]
mod tests;
mod torch;
mod writer;

pub use digest::Sha256;
pub use header::{Dtype, Header, MAX_HEADER, MAX_NAME, MAX_RANK, MAX_TENSORS, TensorInfo, header_length};
pub use stream::{MAX_PIECE, PIECE, TensorStream};
pub use torch::{Events, TorchReader, is_torch};
pub use writer::Writer;

/// A name or text out of a file as it may stand in a message: quoted, escaped, and cut to a readable length.
fn quoted(text: &str) -> String {
    const SHOWN: usize = 100;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}
