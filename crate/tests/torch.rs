//! PyTorch's own files as they stream: the tensors that `tests/reference/make_torch.py` saved, and nothing else that
//! any byte sequence could do.

use std::collections::BTreeMap;

use vitrine::error::{Code, Result};
use vitrine::weights::{Events, Header, TorchReader, is_torch};

use crate::common::reference;

#[derive(Default)]
struct Taken {
    header: Option<Header>,
    data: BTreeMap<usize, Vec<u8>>,
}

impl Events for Taken {
    fn header(&mut self, header: Header) -> Result<()> {
        assert!(self.header.replace(header).is_none(), "a header comes once");
        Ok(())
    }

    fn bytes(&mut self, tensor: usize, bytes: &[u8]) -> Result<()> {
        self.data.entry(tensor).or_default().extend_from_slice(bytes);
        Ok(())
    }
}

fn read(file: &[u8], chunk: usize) -> Result<Taken> {
    let mut taken = Taken::default();
    let mut reader = TorchReader::new(&file[..8.min(file.len())]);
    file.chunks(chunk).try_for_each(|bytes| reader.push(bytes, &mut taken))?;
    reader.finish()?;
    Ok(taken)
}

fn file(way: &str) -> Vec<u8> {
    std::fs::read(reference(&format!("torch/{way}.pth"))).unwrap()
}

#[test]
fn tensors_are_the_saved_ones_in_chunks_of_any_size() {
    for way in ["zip", "legacy", "wrapped"] {
        let file = file(way);
        assert!(is_torch(&file[..8]));
        for chunk in [1, 13, 1000, file.len()] {
            let Taken { header, data } = read(&file, chunk).unwrap();
            let mut names = vec![];
            for (i, tensor) in header.unwrap().tensors.iter().enumerate() {
                let name = tensor.name.trim_start_matches("model.").to_owned();
                assert_eq!(data[&i].len() as u64, tensor.end - tensor.start, "{way} {name}");
                if tensor.dtype.is_weight() && !name.starts_with("optimizer") {
                    let values: Vec<f32> = data[&i].as_chunks::<4>().0.iter().map(|&v| f32::from_le_bytes(v)).collect();
                    assert_eq!(values, seeded::uniform(&name, tensor.elements()), "{way} {name}");
                    names.push(name);
                }
            }
            names.sort_unstable();
            assert_eq!(names, ["bn1.bias", "bn1.running_mean", "bn1.running_var", "bn1.weight", "fc.bias"], "{way}");
        }
    }
}

/// Another reader of the same format, written by others, finds the same tensors with the same bytes.
#[test]
fn an_independent_reader_agrees() {
    for way in ["zip", "legacy", "wrapped", "vit"] {
        let Taken { header, data } = read(&file(way), 4096).unwrap();
        let header = header.unwrap();
        let theirs = pytorch_reader::PytorchReader::new(reference(&format!("torch/{way}.pth"))).unwrap();
        let theirs: BTreeMap<String, pytorch_reader::Tensor> = theirs.into_tensors().into_iter().collect();
        assert_eq!(header.tensors.len(), theirs.len(), "{way}");
        for (i, tensor) in header.tensors.iter().enumerate() {
            let their = &theirs[&tensor.name];
            assert_eq!(tensor.shape, their.shape(), "{way} {}", tensor.name);
            assert_eq!(data[&i], their.read().unwrap(), "{way} {}", tensor.name);
        }
    }
}

#[test]
fn a_file_that_breaks_off_is_said_to() {
    for way in ["zip", "legacy"] {
        let file = file(way);
        // Behind the last storage a zip goes on with its directory, which is not needed.
        for length in (8..file.len() * 3 / 4).step_by(61) {
            let code = read(&file[..length], 4096).err().map(|e| e.code);
            assert_eq!(code, Some(Code::Truncated), "{way} cut at {length}");
        }
    }
}

/// A byte changed anywhere: an error, or tensors of the sizes that are told.
#[test]
fn no_byte_hurts() {
    for way in ["zip", "legacy", "wrapped"] {
        let whole = file(way);
        for (round, noise) in seeded::uniform("mutations", 1500).iter().enumerate() {
            let mut file = whole.clone();
            let at = (round * 7919 + (noise.abs() * 1e6) as usize) % file.len();
            file[at] ^= 1 << (round % 8);
            if !is_torch(&file[..8]) {
                continue;
            }
            if let Ok(Taken { header: Some(header), data }) = read(&file, 777) {
                for (i, bytes) in data {
                    assert_eq!(bytes.len() as u64, header.tensors[i].end - header.tensors[i].start, "{way} {at}");
                }
            }
        }
    }
}
