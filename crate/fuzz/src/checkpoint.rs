//! Any bytes as a checkpoint's file: the first two choose how it is cut into chunks, the rest is the file.

use std::collections::BTreeMap;

use vitrine::error::Result;
use vitrine::weights::{Events, Header, TensorStream, TorchReader, header_length, is_torch};

/// # Panics
///
/// Where the chunks that a file comes in change what is read from it.
pub fn run(input: &[u8]) {
    let [a, b, file @ ..] = input else { return };
    if is_torch(file) { torch(file, [*a, *b]) } else { safetensors(file, [*a, *b]) }
}

fn safetensors(file: &[u8], chunks: [u8; 2]) {
    let Ok(length) = header_length(&file[..file.len().min(8)]) else { return };
    let Some(json) = file.get(8..).and_then(|rest| rest.get(..length)) else {
        let _ = Header::parse(&file[8..], None);
        return;
    };
    let _ = Header::parse(json, None);
    if let Ok(header) = Header::parse(json, Some(file.len() as u64)) {
        let data = &file[8 + length..];
        assert_eq!(header.data_size, data.len() as u64);
        assert_eq!(header.tensors.iter().map(|t| t.end - t.start).sum::<u64>(), header.data_size);
        let whole = read(&header, data, usize::MAX);
        for chunk in chunks {
            assert_eq!(whole, read(&header, data, usize::from(chunk)));
        }
    }
}

/// What a stream hands over, as bits.
fn read(header: &Header, data: &[u8], chunk: usize) -> Result<Vec<(usize, Vec<u32>)>> {
    let mut out = Vec::new();
    let mut stream = TensorStream::new(header)?;
    for chunk in data.chunks(chunk.max(1)) {
        stream.push(chunk, &mut |index, _, values| {
            out.push((index, values.iter().map(|v| v.to_bits()).collect()));
            Ok(())
        })?;
    }
    stream.finish()?;
    Ok(out)
}

/// What `torch.save` wrote, as far as it is read.
#[derive(Debug, Default, PartialEq)]
struct Taken {
    tensors: Vec<(String, Vec<usize>)>,
    bytes: BTreeMap<usize, Vec<u8>>,
}

impl Events for Taken {
    fn header(&mut self, header: Header) -> Result<()> {
        self.tensors = header.tensors.into_iter().map(|tensor| (tensor.name, tensor.shape)).collect();
        Ok(())
    }

    fn bytes(&mut self, tensor: usize, bytes: &[u8]) -> Result<()> {
        assert!(tensor < self.tensors.len(), "bytes of a tensor that is not there");
        self.bytes.entry(tensor).or_default().extend_from_slice(bytes);
        Ok(())
    }
}

fn torch(file: &[u8], chunks: [u8; 2]) {
    let read = |chunk: usize| -> Result<Taken> {
        let mut taken = Taken::default();
        let mut reader = TorchReader::new(&file[..8.min(file.len())]);
        file.chunks(chunk.max(1)).try_for_each(|bytes| reader.push(bytes, &mut taken))?;
        reader.finish()?;
        Ok(taken)
    };
    let whole = read(usize::MAX);
    for chunk in chunks {
        assert_eq!(whole, read(usize::from(chunk)));
    }
}
