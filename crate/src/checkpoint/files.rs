//! From the bytes of files, of whichever kind and in however many shards, to a network.

use burn::tensor::Device;

use super::Loader;
use crate::error::{Code, Error, Result};
use crate::models::Architecture;
use crate::models::facts::Facts;
use crate::network::Network;
use crate::weights::{Events, Header, MAX_HEADER, TorchReader, header_length, is_torch};

/// Bytes from which the kind of a file is told.
const START: usize = 8;

/// Takes a checkpoint's files as they come: safetensors, or what `torch.save` wrote.
///
/// One file is read through once. Of several each is first read until its header is known ([`Self::has_header`]); when
/// all are, each is read through from its first byte.
pub struct Files {
    asked: Option<Box<dyn Architecture>>,
    facts: Option<Facts>,
    device: Device,
    gpu: bool,
    headers: Vec<Option<Header>>,
    current: usize,
    size: Option<u64>,
    reader: Reader,
    /// Whether weights are taken: not while several files are only looked through for their headers.
    reading: bool,
    loader: Option<Loader>,
}

/// How far the current file is understood.
enum Reader {
    /// Its first bytes are being collected.
    Start(Vec<u8>),
    /// Its safetensors header is, of that length.
    Header(Vec<u8>, usize),
    /// Its weights come.
    Weights,
    Torch(Box<TorchReader>),
}

impl Files {
    /// For `count` files of the network that is `asked` for, or of the one that they tell of.
    pub fn new(asked: Option<Box<dyn Architecture>>, facts: Facts, count: usize, device: Device, gpu: bool) -> Self {
        Self {
            asked,
            facts: Some(facts),
            device,
            gpu,
            headers: vec![None; count.max(1)],
            current: 0,
            size: None,
            reader: Reader::Start(vec![]),
            reading: count <= 1,
            loader: None,
        }
    }

    /// A file begins, at its first byte; `size` is that of the whole of it, where known.
    pub fn begin(&mut self, file: usize, size: Option<u64>) {
        (self.current, self.size, self.reader) = (file.min(self.headers.len() - 1), size, Reader::Start(vec![]));
        self.reading = self.headers.len() == 1 || self.loader.is_some();
    }

    /// Whether the header of the current file is known.
    pub fn has_header(&self) -> bool {
        self.headers[self.current].is_some()
    }

    /// The next bytes of the current file, in pieces of any length.
    ///
    /// # Errors
    ///
    /// Those of the headers, of [`Loader::of_files`] and of the streams.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        match std::mem::replace(&mut self.reader, Reader::Weights) {
            Reader::Start(mut start) => {
                start.extend_from_slice(bytes);
                if start.len() < START {
                    self.reader = Reader::Start(start);
                    return Ok(());
                }
                self.reader = kind(&start, self.size)?;
                let rest = if matches!(self.reader, Reader::Torch(_)) { start } else { start.split_off(START) };
                self.push(&rest)
            }
            Reader::Header(mut json, length) => {
                let (now, rest) = bytes.split_at(bytes.len().min(length - json.len()));
                json.extend_from_slice(now);
                if json.len() < length {
                    self.reader = Reader::Header(json, length);
                    return Ok(());
                }
                let header = Header::parse(&json, self.size)?;
                self.header(header)?;
                self.push(rest)
            }
            Reader::Weights => match &mut self.loader {
                Some(loader) if self.reading => loader.push_file(self.current, bytes),
                _ => Ok(()),
            },
            Reader::Torch(mut reader) => {
                let result = reader.push(bytes, self);
                self.reader = Reader::Torch(reader);
                result
            }
        }
    }

    /// The network and what is known of it, once every byte was pushed.
    ///
    /// # Errors
    ///
    /// `Truncated` when bytes are missing.
    pub fn finish(self) -> Result<(Network, Facts)> {
        if let Reader::Torch(reader) = &self.reader {
            reader.finish()?;
        }
        let Some(mut loader) = self.loader else {
            return Err(headless());
        };
        let facts = loader.take_facts();
        Ok((loader.finish()?, facts))
    }
}

impl Events for Files {
    fn header(&mut self, header: Header) -> Result<()> {
        self.headers[self.current] = Some(header);
        if self.loader.is_some() || self.headers.iter().any(Option::is_none) {
            return Ok(());
        }
        let headers = self.headers.iter().flatten().cloned().collect();
        let facts = self.facts.take().unwrap_or_else(Facts::none);
        self.loader = Some(Loader::of_files(headers, self.asked.take(), facts, &self.device, self.gpu)?);
        Ok(())
    }

    fn bytes(&mut self, tensor: usize, bytes: &[u8]) -> Result<()> {
        match &mut self.loader {
            Some(loader) if self.reading => loader.push_tensor(self.current, tensor, bytes),
            _ => Ok(()),
        }
    }
}

/// What a file is, by its first bytes.
fn kind(start: &[u8], size: Option<u64>) -> Result<Reader> {
    if is_torch(start) {
        return Ok(Reader::Torch(Box::new(TorchReader::new(start))));
    }
    let other = [
        (&b"version "[..], "a Git LFS pointer, not the weights that it points to. Download the file itself"),
        (b"<!", "a web page, not weights. Was a sign-in asked for?"),
        (b"<h", "a web page, not weights. Was a sign-in asked for?"),
        (b"\x89HDF", "a Keras or HDF5 file; only safetensors and PyTorch's own files can be read"),
        (b"GGUF", "a GGUF file; only safetensors and PyTorch's own files can be read"),
        (b"\x1f\x8b", "compressed with gzip. Unpack it first"),
    ];
    if let Some((_, what)) = other.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(Error::new(Code::UnsupportedCheckpoint, format!("this is {what}.")));
    }
    let length = header_length(&start[..START])?;
    if size.is_some_and(|size| size < (START + length) as u64) {
        return Err(headless());
    }
    Ok(Reader::Header(Vec::with_capacity(length.min(MAX_HEADER / 64)), length))
}

fn headless() -> Error {
    Error::new(Code::Truncated, "The file ends before its header does. Download it again, or choose another file.")
}
