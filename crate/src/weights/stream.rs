//! The bytes after the header, turned into `f32` tensors as they arrive.

use super::header::{Dtype, Header};
use super::quoted;
use crate::error::{Code, Error, Result};

/// Elements (64 MiB of `f32`) beyond which a matrix is handed over in pieces, so that it is never held whole.
pub const PIECE: usize = 16 << 20;
/// The most elements that may have to be handed over at once: one row of a matrix, or a vector.
pub const MAX_PIECE: usize = 4 * PIECE;

/// Converts a checkpoint's data while it downloads.
///
/// The bytes are pushed in order, each once, in chunks of any size; no more than the piece being filled is held.
/// After an error the stream is of no further use.
///
/// ```
/// # use vitrine::weights::{Header, TensorStream};
/// let header = Header::parse(br#"{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, None)?;
/// let mut stream = TensorStream::new(&header)?;
/// for byte in [0x00, 0x3c, 0x00, 0xc0] {
///     stream.push(&[byte], &mut |tensor, first_row, values| {
///         assert_eq!((tensor, first_row, values), (0, 0, vec![1.0, -2.0]));
///         Ok(())
///     })?;
/// }
/// stream.finish()?;
/// # Ok::<(), vitrine::error::Error>(())
/// ```
pub struct TensorStream {
    slots: Vec<Slot>,
    /// The tensor that the next byte belongs to.
    current: usize,
    received: u64,
    total: u64,
    /// Row of the current tensor that the piece begins with.
    row: usize,
    piece: Vec<f32>,
    /// Elements that the piece will have; 0 while none is begun.
    piece_length: usize,
    /// The first bytes of an element that a chunk boundary cut.
    carry: [u8; 8],
    carried: usize,
}

struct Slot {
    name: String,
    dtype: Dtype,
    end: u64,
    rows: usize,
    row_length: usize,
    /// 0 for a tensor that is skipped.
    rows_per_piece: usize,
}

/// Takes the tensor's index in [`Header::tensors`], the row (index of dimension 0) that the piece begins with, and the
/// piece's elements in row-major order.
pub type Sink<'a> = dyn FnMut(usize, usize, Vec<f32>) -> Result<()> + 'a;

impl TensorStream {
    /// A stream that hands over every tensor of floating point weights and skips the rest.
    ///
    /// # Errors
    ///
    /// Those of [`Self::with_needed`].
    pub fn new(header: &Header) -> Result<Self> {
        Self::with_needed(header, |index| {
            header.tensors[index].dtype.is_weight() && header.tensors[index].elements() > 0
        })
    }

    /// A stream that hands over the tensors for whose index in [`Header::tensors`] `needed` is true, and skips the rest
    /// unconverted and unchecked.
    ///
    /// # Errors
    ///
    /// [`Code::UnsupportedCheckpoint`] where a needed tensor is not of floating point weights, is empty, or has rows of
    /// more than [`MAX_PIECE`] elements.
    pub fn with_needed(header: &Header, needed: impl Fn(usize) -> bool) -> Result<Self> {
        Self::with_piece(header, needed, PIECE)
    }

    pub(super) fn with_piece(header: &Header, needed: impl Fn(usize) -> bool, piece: usize) -> Result<Self> {
        let mut slots = Vec::with_capacity(header.tensors.len());
        for (index, tensor) in header.tensors.iter().enumerate() {
            let elements = tensor.elements();
            let rows = if tensor.shape.len() >= 2 { tensor.shape[0] } else { 1 };
            let row_length = elements.checked_div(rows).unwrap_or(0);
            let mut rows_per_piece = 0;
            if needed(index) {
                let fault = if !tensor.dtype.is_weight() {
                    Some(format!("is stored as {}; only floating point weights can be read", tensor.dtype.name()))
                } else if elements == 0 {
                    Some("is empty".to_string())
                } else if row_length > MAX_PIECE {
                    Some(format!("is too large: {:?}", tensor.shape))
                } else {
                    None
                };
                if let Some(fault) = fault {
                    let name = quoted(&tensor.name);
                    return Err(Error::new(
                        Code::UnsupportedCheckpoint,
                        format!("tensor {name} of this checkpoint {fault}"),
                    ));
                }
                rows_per_piece = (piece / row_length).clamp(1, rows);
            }
            let name = tensor.name.clone();
            slots.push(Slot { name, dtype: tensor.dtype, end: tensor.end, rows, row_length, rows_per_piece });
        }
        Ok(Self {
            slots,
            current: 0,
            received: 0,
            total: header.data_size,
            row: 0,
            piece: Vec::new(),
            piece_length: 0,
            carry: [0; 8],
            carried: 0,
        })
    }

    /// Bytes taken so far, out of [`Header::data_size`].
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Takes the next bytes and hands what they complete to `sink`: each needed tensor whole, or, where it has at least
    /// two dimensions and more than [`PIECE`] elements, in several pieces of whole rows, in order.
    ///
    /// # Errors
    ///
    /// [`Code::UnsupportedCheckpoint`] for more bytes than the header declares, and for weights that are NaN or
    /// infinite; [`Code::OutOfMemory`] where there is no room for a piece; and whatever `sink` returns.
    pub fn push(&mut self, mut chunk: &[u8], sink: &mut Sink) -> Result<()> {
        if chunk.len() as u64 > self.total - self.received {
            let message =
                format!("the file goes on after the {} bytes of weights that its header declares", self.total);
            return Err(Error::new(Code::UnsupportedCheckpoint, message));
        }
        while !chunk.is_empty() {
            let left = self.slots[self.current].end - self.received;
            let now = chunk.split_off(..chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX))).unwrap_or(&[]);
            if self.slots[self.current].rows_per_piece > 0 {
                self.fill(now, sink)?;
            }
            self.received += now.len() as u64;
            if self.received == self.slots[self.current].end {
                self.current += 1;
                self.row = 0;
            }
        }
        Ok(())
    }

    /// Takes the next bytes of one tensor, for files whose tensors come in another order than the header's; each
    /// tensor's bytes come together and in order.
    ///
    /// # Errors
    ///
    /// Those of [`Self::push`].
    pub fn push_to(&mut self, tensor: usize, bytes: &[u8], sink: &mut Sink) -> Result<()> {
        if self.current != tensor {
            (self.current, self.row, self.piece_length, self.carried) = (tensor, 0, 0, 0);
        }
        if self.slots[tensor].rows_per_piece > 0 {
            self.fill(bytes, sink)?;
        }
        self.received += bytes.len() as u64;
        Ok(())
    }

    /// Says whether all bytes have come.
    ///
    /// # Errors
    ///
    /// [`Code::Truncated`] where some are missing.
    pub fn finish(&self) -> Result<()> {
        if self.received < self.total {
            let message =
                format!("the file ends after {} of {} bytes of weights. Download it again.", self.received, self.total);
            return Err(Error::new(Code::Truncated, message));
        }
        Ok(())
    }

    /// Converts bytes that all belong to the current tensor.
    fn fill(&mut self, mut bytes: &[u8], sink: &mut Sink) -> Result<()> {
        let slot = &self.slots[self.current];
        let size = slot.dtype.size();
        while !bytes.is_empty() {
            if self.piece_length == 0 {
                let rows = slot.rows_per_piece.min(slot.rows - self.row);
                self.piece_length = rows * slot.row_length;
                self.piece = Vec::new();
                if self.piece.try_reserve_exact(self.piece_length).is_err() {
                    let megabytes = self.piece_length / 250_000;
                    let message =
                        format!("no room for {megabytes} MB of weights. Close other tabs or take a smaller network.");
                    return Err(Error::new(Code::OutOfMemory, message));
                }
            }
            let before = self.piece.len();
            if self.carried > 0 || bytes.len() < size {
                let taken = bytes.len().min(size - self.carried);
                self.carry[self.carried..self.carried + taken].copy_from_slice(&bytes[..taken]);
                self.carried += taken;
                bytes = &bytes[taken..];
                if self.carried < size {
                    return Ok(());
                }
                self.carried = 0;
                convert(slot.dtype, &self.carry[..size], &mut self.piece);
            } else {
                let (whole, rest) = bytes.split_at((bytes.len() / size).min(self.piece_length - before) * size);
                convert(slot.dtype, whole, &mut self.piece);
                bytes = rest;
            }
            if !all_finite(&self.piece[before..]) {
                let name = quoted(&slot.name);
                let message =
                    format!("tensor {name} of this checkpoint has weights that are not numbers (NaN or infinite)");
                return Err(Error::new(Code::UnsupportedCheckpoint, message));
            }
            if self.piece.len() == self.piece_length {
                let first_row = self.row;
                self.row += self.piece_length / slot.row_length;
                self.piece_length = 0;
                sink(self.current, first_row, std::mem::take(&mut self.piece))?;
            }
        }
        Ok(())
    }
}

/// Appends whole little-endian elements to `out`.
fn convert(dtype: Dtype, bytes: &[u8], out: &mut Vec<f32>) {
    let halves = || bytes.as_chunks::<2>().0.iter();
    match dtype {
        Dtype::F16 => out.extend(halves().map(|&b| half::f16::from_le_bytes(b).to_f32())),
        Dtype::BF16 => out.extend(halves().map(|&b| f32::from_bits((u16::from_le_bytes(b) as u32) << 16))),
        Dtype::F64 => out.extend(bytes.as_chunks::<8>().0.iter().map(|&b| f64::from_le_bytes(b) as f32)),
        Dtype::F8E4M3 => out.extend(bytes.iter().map(|&b| e4m3(b))),
        // The upper half of a float16.
        Dtype::F8E5M2 => out.extend(bytes.iter().map(|&b| half::f16::from_bits(u16::from(b) << 8).to_f32())),
        _ => out.extend(bytes.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b))),
    }
}

/// OCP's E4M3: four bits of exponent with a bias of 7, three of mantissa, no infinity, one pattern for NaN.
fn e4m3(byte: u8) -> f32 {
    let (exponent, mantissa) = (i32::from(byte >> 3 & 15), f32::from(byte & 7));
    let magnitude = match exponent {
        15 if mantissa == 7.0 => f32::NAN,
        0 => mantissa / 512.0,
        _ => (1.0 + mantissa / 8.0) * 2f32.powi(exponent - 7),
    };
    if byte & 0x80 != 0 { -magnitude } else { magnitude }
}

/// Whether no value is NaN or infinite; a maximum over the bits, which the compiler vectorizes, where `all` is a branch
/// each.
fn all_finite(values: &[f32]) -> bool {
    values.iter().fold(0, |max, v| (v.to_bits() & 0x7fff_ffff).max(max)) < 0x7f80_0000
}
