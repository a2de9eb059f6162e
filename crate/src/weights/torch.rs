//! PyTorch's own files as streams: the zip of `torch.save`, and the row of pickles that it wrote before version 1.6.
//!
//! Both hold the pickle that names the tensors before the tensors' bytes, so that a download can be taken as it comes.
//! Formats:
//! `torch/serialization.py`, and PKWARE's APPNOTE for the zip, whose records PyTorch stores uncompressed.

use std::collections::HashMap;

use super::pickle::{self, Contents, View};
use super::{Dtype, Header, MAX_NAME, MAX_TENSORS, TensorInfo, quoted};
use crate::error::{Code, Error, Result};

/// The longest pickle taken, in bytes.
const MAX_PICKLE: usize = 100_000_000;
/// The largest storage that is held whole, in bytes, because several tensors share it or one is a view with strides.
const MAX_HELD: u64 = 1 << 30;
/// The pickles before the tensors' in the older format: a magic number, a version, facts of the machine.
const PREAMBLE: usize = 3;
/// What the older format's first pickle holds.
const MAGIC: &[u8] = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.";

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";

/// Whether a file that starts so is one of PyTorch's.
pub fn is_torch(start: &[u8]) -> bool {
    start.starts_with(LOCAL)
        || (start.starts_with(b"\x80")
            && start.get(1).is_some_and(|&protocol| protocol <= 5)
            && start.get(7) != Some(&0))
}

/// Takes what a file tells, in the file's order.
pub trait Events {
    /// The tensors; once, before their bytes.
    ///
    /// # Errors
    ///
    /// What ends the reading, such as tensors that are no network's.
    fn header(&mut self, header: Header) -> Result<()>;
    /// The next bytes of a tensor, of index in the header. A tensor's bytes come together.
    ///
    /// # Errors
    ///
    /// What ends the reading, such as weights that are not finite.
    fn bytes(&mut self, tensor: usize, bytes: &[u8]) -> Result<()>;
}

enum State {
    /// Between records: looking for the next one's header.
    Between,
    /// In the pickle, of whose bytes so many were not enough.
    Pickle { tried: usize },
    /// The older format's pickles, of which so many have been read.
    Preamble { read: usize, tried: usize },
    /// The older format: the length of the next storage.
    Length { next: usize },
    /// The bytes of a storage, of which so many are left.
    Storage { index: usize, left: u64 },
    /// A text of six letters.
    ByteOrder,
    /// What follows is of no interest.
    Done,
}

/// One of PyTorch's files as it arrives.
pub struct TorchReader {
    state: State,
    zip: bool,
    /// What has come and is not yet understood.
    buffer: Vec<u8>,
    contents: Contents,
    /// For each storage the tensors that it holds.
    views: Vec<Vec<usize>>,
    /// The older format's storages in the order of the file.
    order: Vec<usize>,
    by_key: HashMap<String, usize>,
    /// Of the storage that is being read, where it is held whole.
    held: Option<Vec<u8>>,
    complete: usize,
    needed: Vec<bool>,
}

impl TorchReader {
    /// For a file that starts with these bytes, which are yet to be pushed.
    pub fn new(start: &[u8]) -> Self {
        let zip = start.starts_with(LOCAL);
        let state = if zip { State::Between } else { State::Preamble { read: 0, tried: 0 } };
        Self {
            state,
            zip,
            buffer: vec![],
            contents: Contents::default(),
            views: vec![],
            order: vec![],
            by_key: HashMap::new(),
            held: None,
            complete: 0,
            needed: vec![],
        }
    }

    /// Whether the header has been told.
    pub fn has_header(&self) -> bool {
        !self.views.is_empty()
    }

    /// The next bytes of the file.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` for what is no file of `torch.save`, or is compressed or encrypted; and what `events`
    /// returns.
    pub fn push(&mut self, bytes: &[u8], events: &mut dyn Events) -> Result<()> {
        let mut joined = std::mem::take(&mut self.buffer);
        let mut rest = if joined.is_empty() {
            bytes
        } else {
            joined.extend_from_slice(bytes);
            &joined
        };
        loop {
            if let State::Storage { index, left } = self.state {
                let now = rest.split_off(..rest.len().min(usize::try_from(left).unwrap_or(usize::MAX))).unwrap_or(&[]);
                let left = left - now.len() as u64;
                self.stored(index, left, now, events)?;
                if left > 0 {
                    return Ok(());
                }
            } else if matches!(self.state, State::Done) {
                return Ok(());
            } else if let Some(used) = self.step(rest, events)? {
                rest = &rest[used..];
            } else {
                self.buffer = rest.to_vec();
                return Ok(());
            }
        }
    }

    /// # Errors
    ///
    /// `Truncated` where tensors have not come.
    pub fn finish(&self) -> Result<()> {
        let storages = self.needed.iter().filter(|needed| **needed).count();
        if self.views.is_empty() || self.complete < storages {
            return Err(Error::new(
                Code::Truncated,
                "the PyTorch file ends before its last tensor. Download it again.",
            ));
        }
        Ok(())
    }

    /// Reads what stands at the start of the bytes: how many bytes it took, or `None` where more are needed.
    fn step(&mut self, bytes: &[u8], events: &mut dyn Events) -> Result<Option<usize>> {
        match self.state {
            State::Between => self.record(bytes),
            State::Pickle { tried } => self.pickle(bytes, tried, events),
            State::Preamble { read, tried } => self.preamble(bytes, read, tried, events),
            State::Length { next } => self.length(bytes, next),
            State::ByteOrder => {
                if bytes.len() < 6 {
                    return Ok(None);
                }
                if !bytes.starts_with(b"little") {
                    return Err(unsupported("its numbers are big-endian"));
                }
                self.state = State::Between;
                Ok(Some(6))
            }
            State::Storage { .. } | State::Done => Ok(Some(0)),
        }
    }

    /// The header of the next zip record, wherever it begins: PyTorch writes sizes after the bytes, not before them.
    fn record(&mut self, bytes: &[u8]) -> Result<Option<usize>> {
        let at = |signature: &[u8]| bytes.windows(4).position(|four| four == signature);
        let (local, central) = (at(LOCAL), at(CENTRAL));
        if let Some(central) = central.filter(|&c| local.is_none_or(|l| c < l)) {
            self.state = State::Done;
            return Ok(Some(central));
        }
        let Some(start) = local else {
            // Nothing of interest but perhaps the beginning of a signature.
            return Ok(Some(bytes.len().saturating_sub(3)).filter(|&drop| drop > 0));
        };
        let Some(head) = bytes.get(start..start + 30) else { return Ok(None) };
        let short = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
        let (flags, method, name, extra) = (short(6), short(8), short(26), short(28));
        let Some(text) = bytes.get(start + 30..start + 30 + name + extra) else { return Ok(None) };
        let path = String::from_utf8_lossy(&text[..name]).into_owned();
        if flags & 1 != 0 || method != 0 {
            return Err(unsupported("it is a compressed or encrypted zip"));
        }
        self.state = match path.split_once('/').map(|(_, rest)| rest) {
            Some("data.pkl") => State::Pickle { tried: 0 },
            Some("byteorder") => State::ByteOrder,
            Some("constants.pkl") => {
                return Err(unsupported("it is a TorchScript program, which would have to be run"));
            }
            Some(rest) => match rest.strip_prefix("data/").and_then(|key| self.by_key.get(key)) {
                Some(&index) => self.begin(index)?,
                None if rest.starts_with("data/") && !self.has_header() => {
                    return Err(unsupported("its tensors stand before their names"));
                }
                None => State::Between,
            },
            None => State::Between,
        };
        Ok(Some(start + 30 + name + extra))
    }

    fn begin(&mut self, index: usize) -> Result<State> {
        let left = self.contents.storages[index].size;
        self.held = None;
        if !self.views[index].is_empty() && !self.streams(index) {
            if left > MAX_HELD {
                return Err(unsupported("a storage that several tensors share is too large"));
            }
            self.held = Some(vec![]);
        }
        Ok(State::Storage { index, left })
    }

    /// Whether a storage is one tensor as it lies there.
    fn streams(&self, index: usize) -> bool {
        let [tensor] = self.views[index][..] else { return false };
        let view = &self.contents.tensors[tensor];
        let mut expected = 1u64;
        let contiguous = view.shape.iter().zip(&view.strides).rev().all(|(&n, &stride)| {
            let fits = n <= 1 || stride == expected;
            expected *= n as u64;
            fits
        });
        contiguous && view.offset == 0 && expected * view.dtype.size() as u64 == self.contents.storages[index].size
    }

    fn stored(&mut self, index: usize, left: u64, bytes: &[u8], events: &mut dyn Events) -> Result<()> {
        match (&mut self.held, &self.views[index][..]) {
            (Some(held), _) => held.extend_from_slice(bytes),
            (None, &[tensor]) => events.bytes(tensor, bytes)?,
            _ => {}
        }
        self.state = State::Storage { index, left };
        if left > 0 {
            return Ok(());
        }
        if let Some(held) = self.held.take() {
            for &tensor in &self.views[index] {
                events.bytes(tensor, &gathered(&self.contents.tensors[tensor], &held))?;
            }
        }
        self.complete += usize::from(self.needed[index]);
        self.state = if self.zip { State::Between } else { self.following(index) };
        Ok(())
    }

    /// The older format: what comes after the storage.
    fn following(&self, index: usize) -> State {
        let next = self.order.iter().position(|&i| i == index).map_or(usize::MAX, |at| at + 1);
        if next < self.order.len() { State::Length { next } } else { State::Done }
    }

    fn pickle(&mut self, bytes: &[u8], tried: usize, events: &mut dyn Events) -> Result<Option<usize>> {
        let Some((contents, length)) = Self::read(bytes, tried)? else {
            self.state = State::Pickle { tried: bytes.len() };
            return Ok(None);
        };
        self.take(contents, events)?;
        self.state = State::Between;
        Ok(Some(length))
    }

    /// One pickle, tried only when the buffer has grown by a half, so that a long one is not read again with every
    /// chunk.
    fn read(bytes: &[u8], tried: usize) -> Result<Option<(Contents, usize)>> {
        // `tried` bytes were too few; the end of a pickle is its last byte, which may be the next.
        let grown = bytes.len() >= tried + tried / 2 || bytes.len() - tried < 1 << 16;
        if bytes.len() > MAX_PICKLE {
            return Err(unsupported("its pickle is too long"));
        }
        if grown || bytes.last() == Some(&b'.') { pickle::read(bytes) } else { Ok(None) }
    }

    fn preamble(&mut self, bytes: &[u8], read: usize, tried: usize, events: &mut dyn Events) -> Result<Option<usize>> {
        if read == 0 && bytes.len() >= MAGIC.len() && !bytes.starts_with(MAGIC) {
            return Err(unsupported("it is a pickle that torch.save did not write"));
        }
        let Some((contents, length)) = Self::read(bytes, tried)? else {
            self.state = State::Preamble { read, tried: bytes.len() };
            return Ok(None);
        };
        self.state = State::Preamble { read: read + 1, tried: 0 };
        if read == PREAMBLE {
            self.take(contents, events)?;
        } else if read > PREAMBLE {
            let known = |key: &String| self.by_key.get(key).copied();
            let order: Option<Vec<usize>> = contents.strings.iter().map(known).collect();
            self.order = order.ok_or_else(|| unsupported("it lists a storage that no tensor names"))?;
            self.state = if self.order.is_empty() { State::Done } else { State::Length { next: 0 } };
        }
        Ok(Some(length))
    }

    /// The number of elements, eight bytes, which the pickle has told already.
    fn length(&mut self, bytes: &[u8], next: usize) -> Result<Option<usize>> {
        let Some(count) = bytes.first_chunk::<8>() else { return Ok(None) };
        let storage = &self.contents.storages[self.order[next]];
        let elements = storage.size / storage.dtype.map_or(1, Dtype::size) as u64;
        if u64::from_le_bytes(*count) != elements {
            return Err(unsupported("a storage and its tensor differ in length"));
        }
        self.state = self.begin(self.order[next])?;
        Ok(Some(8))
    }

    /// Tells the header: tensors in the order of their storages.
    fn take(&mut self, contents: Contents, events: &mut dyn Events) -> Result<()> {
        if contents.tensors.is_empty() {
            return Err(unsupported("it holds no tensors"));
        }
        if contents.tensors.len() > MAX_TENSORS {
            return Err(unsupported("it holds too many tensors"));
        }
        self.views = vec![vec![]; contents.storages.len()];
        self.needed = vec![false; contents.storages.len()];
        let (mut start, mut tensors) = (0u64, vec![]);
        for (index, view) in contents.tensors.iter().enumerate() {
            if view.name.len() > MAX_NAME || view.shape.len() > super::MAX_RANK {
                return Err(unsupported(format!("the tensor {} does not belong to a network", quoted(&view.name))));
            }
            self.views[view.storage].push(index);
            self.needed[view.storage] = true;
            let elements = view.shape.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
            let bytes = elements.and_then(|n| n.checked_mul(view.dtype.size())).filter(|&n| n as u64 <= MAX_BYTES);
            let Some(bytes) = bytes else {
                return Err(unsupported(format!("the tensor {} is too large", quoted(&view.name))));
            };
            let end = start + bytes as u64;
            tensors.push(TensorInfo {
                name: view.name.clone(),
                dtype: view.dtype,
                shape: view.shape.clone(),
                start,
                end,
            });
            start = end;
        }
        self.by_key = contents.storages.iter().enumerate().map(|(i, storage)| (storage.key.clone(), i)).collect();
        self.contents = contents;
        events.header(Header { tensors, metadata: Default::default(), data_size: start })
    }
}

/// The most bytes of one tensor: a view of stride 0 may claim any size.
const MAX_BYTES: u64 = 1 << 31;

/// The elements of a view, row by row.
fn gathered(view: &View, storage: &[u8]) -> Vec<u8> {
    let size = view.dtype.size();
    let count: usize = view.shape.iter().product();
    let mut out = Vec::with_capacity(count * size);
    let mut index = vec![0usize; view.shape.len()];
    for _ in 0..count {
        let at = view.offset + index.iter().zip(&view.strides).map(|(&i, &stride)| i as u64 * stride).sum::<u64>();
        let at = at as usize * size;
        out.extend_from_slice(&storage[at..at + size]);
        for (i, &n) in index.iter_mut().zip(&view.shape).rev() {
            *i += 1;
            if *i < n {
                break;
            }
            *i = 0;
        }
    }
    out
}

fn unsupported(what: impl std::fmt::Display) -> Error {
    let advice = "Open the state_dict() saved by torch.save, or a .safetensors file";
    Error::new(Code::UnsupportedCheckpoint, format!("this PyTorch file cannot be read: {what}. {advice}."))
}
