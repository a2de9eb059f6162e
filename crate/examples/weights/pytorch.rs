//! What `torch.save` wrote, as safetensors has it. The pickle inside is parsed, never run.

use std::path::Path;

use vitrine::error;
use vitrine::weights::{Events, Header, TorchReader, is_torch};

use super::Result;

/// The header of the tensors, and their bytes in its order; `None` where the file is another.
pub fn read(file: &Path) -> Result<Option<(Header, Vec<u8>)>> {
    let bytes = std::fs::read(file)?;
    if bytes.len() < 8 || !is_torch(&bytes[..8]) {
        return Ok(None);
    }
    let mut reader = TorchReader::new(&bytes[..8]);
    let mut taken = Taken::default();
    reader.push(&bytes, &mut taken)?;
    reader.finish()?;
    Ok(taken.header.map(|header| (header, taken.data)))
}

/// Tensors in the header's order, whatever the file's.
#[derive(Default)]
struct Taken {
    header: Option<Header>,
    data: Vec<u8>,
    /// Bytes of each tensor that have come.
    filled: Vec<usize>,
}

impl Events for Taken {
    fn header(&mut self, header: Header) -> error::Result<()> {
        self.data = vec![0; header.data_size as usize];
        self.filled = vec![0; header.tensors.len()];
        self.header = Some(header);
        Ok(())
    }

    fn bytes(&mut self, tensor: usize, bytes: &[u8]) -> error::Result<()> {
        if let Some(header) = &self.header {
            let at = header.tensors[tensor].start as usize + self.filled[tensor];
            self.data[at..at + bytes.len()].copy_from_slice(bytes);
            self.filled[tensor] += bytes.len();
        }
        Ok(())
    }
}
