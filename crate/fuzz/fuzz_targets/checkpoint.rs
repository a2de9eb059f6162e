//! Any bytes as a safetensors file: the first two choose how they are cut into chunks, the rest is the file.
#![no_main]
#![allow(dead_code, unused_imports)]

#[path = "../../src/error.rs"]
mod error;
#[path = "../../src/weights/mod.rs"]
mod weights;

use error::Result;
use libfuzzer_sys::fuzz_target;
use weights::{Header, TensorStream, header_length};

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

fuzz_target!(|input: &[u8]| {
    let [a, b, file @ ..] = input else { return };
    let Ok(length) = header_length(&file[..file.len().min(8)]) else { return };
    let Some(json) = file.get(8..8 + length) else {
        let _ = Header::parse(&file[8..], None);
        return;
    };
    let _ = Header::parse(json, None);
    if let Ok(header) = Header::parse(json, Some(file.len() as u64)) {
        let data = &file[8 + length..];
        assert_eq!(header.data_size, data.len() as u64);
        assert_eq!(header.tensors.iter().map(|t| t.end - t.start).sum::<u64>(), header.data_size);
        let whole = read(&header, data, usize::MAX);
        assert_eq!(whole, read(&header, data, usize::from(*a)));
        assert_eq!(whole, read(&header, data, usize::from(*b)));
    }
});
