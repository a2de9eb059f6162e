//! The safetensors header: what the file says it holds, checked before a single weight is read.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::quoted;
use crate::error::{Code, Error, Result};

/// The longest header taken, in bytes: room for 30,000 tensors, where the largest network known here has 400. A header
/// is held several times over while it is read, in memory that never shrinks.
pub const MAX_HEADER: usize = 4 << 20;
/// The most tensors a file may list.
pub const MAX_TENSORS: usize = 30_000;
/// The most dimensions a tensor may have.
pub const MAX_RANK: usize = 8;
/// The longest tensor name, in bytes.
pub const MAX_NAME: usize = 512;

/// How a tensor's elements are stored, little-endian.
///
/// Weights are floating point numbers of any width. The other kinds are listed because official checkpoints carry
/// buffers of them (`num_batches_tracked`, index tables), which are skipped; any kind not named here makes the header
/// unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Dtype {
    F32,
    F16,
    BF16,
    F64,
    F8E4M3,
    F8E5M2,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    Bool,
}

impl Dtype {
    /// The kind of that name in a header.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "F32" => Dtype::F32,
            "F16" => Dtype::F16,
            "BF16" => Dtype::BF16,
            "F64" => Dtype::F64,
            "F8_E4M3" => Dtype::F8E4M3,
            "F8_E5M2" => Dtype::F8E5M2,
            "I64" => Dtype::I64,
            "I32" => Dtype::I32,
            "I16" => Dtype::I16,
            "I8" => Dtype::I8,
            "U64" => Dtype::U64,
            "U32" => Dtype::U32,
            "U16" => Dtype::U16,
            "U8" => Dtype::U8,
            "BOOL" => Dtype::Bool,
            _ => return None,
        })
    }

    /// The name in a header.
    pub fn name(self) -> &'static str {
        match self {
            Dtype::F32 => "F32",
            Dtype::F16 => "F16",
            Dtype::BF16 => "BF16",
            Dtype::F64 => "F64",
            Dtype::F8E4M3 => "F8_E4M3",
            Dtype::F8E5M2 => "F8_E5M2",
            Dtype::I64 => "I64",
            Dtype::I32 => "I32",
            Dtype::I16 => "I16",
            Dtype::I8 => "I8",
            Dtype::U64 => "U64",
            Dtype::U32 => "U32",
            Dtype::U16 => "U16",
            Dtype::U8 => "U8",
            Dtype::Bool => "BOOL",
        }
    }

    /// Bytes per element.
    pub fn size(self) -> usize {
        match self {
            Dtype::U8 | Dtype::I8 | Dtype::Bool | Dtype::F8E4M3 | Dtype::F8E5M2 => 1,
            Dtype::F16 | Dtype::BF16 | Dtype::I16 | Dtype::U16 => 2,
            Dtype::F32 | Dtype::I32 | Dtype::U32 => 4,
            Dtype::F64 | Dtype::I64 | Dtype::U64 => 8,
        }
    }

    /// Whether tensors of this kind can be read as weights.
    pub fn is_weight(self) -> bool {
        matches!(self, Dtype::F32 | Dtype::F16 | Dtype::BF16 | Dtype::F64 | Dtype::F8E4M3 | Dtype::F8E5M2)
    }
}

/// One tensor of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    /// The checkpoint's key.
    pub name: String,
    /// How its elements are stored.
    pub dtype: Dtype,
    /// Its dimensions, outermost first; empty for a scalar. Their product fits `usize`.
    pub shape: Vec<usize>,
    /// Its first byte, counted from the end of the header.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
}

impl TensorInfo {
    /// The number of elements.
    pub fn elements(&self) -> usize {
        if self.shape.contains(&0) { 0 } else { self.shape.iter().product() }
    }
}

/// A checked header: every tensor lies inside the data, and together they cover it without overlap or hole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The tensors in the order in which their bytes come.
    pub tensors: Vec<TensorInfo>,
    /// What stands under `__metadata__`.
    pub metadata: BTreeMap<String, String>,
    /// The bytes of all tensors together, which follow the header.
    pub data_size: u64,
}

/// The length of the JSON header, from the first eight bytes of the file.
///
/// # Errors
///
/// [`Code::Truncated`] for fewer than eight bytes; [`Code::UnsupportedCheckpoint`] where the number cannot be a
/// header's length (less than `{}`, or more than [`MAX_HEADER`]), which is what another kind of file shows.
pub fn header_length(first8: &[u8]) -> Result<usize> {
    let Some(bytes) = first8.first_chunk::<8>() else {
        return Err(Error::new(
            Code::Truncated,
            format!("the file ends after {} bytes; a safetensors file starts with 8. Download it again.", first8.len()),
        ));
    };
    match usize::try_from(u64::from_le_bytes(*bytes)) {
        Ok(length @ 2..=MAX_HEADER) => Ok(length),
        Ok(length @ 2..100_000_000) => Err(unsupported(format!(
            "the header of this file has {length} bytes; no network known here needs more than {MAX_HEADER}"
        ))),
        _ => Err(unsupported("this is not a safetensors file: it does not start with the length of a header")),
    }
}

impl Header {
    /// Reads the JSON between the length and the data, and checks all of it.
    ///
    /// `file_size` is that of the whole file in bytes, where known.
    ///
    /// # Errors
    ///
    /// [`Code::Truncated`] where the JSON breaks off or the file is shorter than the header declares;
    /// [`Code::UnsupportedCheckpoint`] for anything else: no JSON object, a key twice, an unknown dtype, a shape that
    /// does not give the tensor's bytes, offsets that overlap or leave holes, a file with bytes left over, or more
    /// tensors, dimensions or name bytes than [`MAX_TENSORS`], [`MAX_RANK`] and [`MAX_NAME`].
    pub fn parse(json: &[u8], file_size: Option<u64>) -> Result<Self> {
        if json.len() > MAX_HEADER {
            return Err(unsupported("the header of this file is longer than any safetensors header"));
        }
        let raw: RawHeader = serde_json::from_slice(json).map_err(|error| {
            if error.is_eof() {
                Error::new(Code::Truncated, "the file is cut off inside its header. Download it again.")
            } else {
                let reason: String = error.to_string().chars().take(300).collect();
                unsupported(format!("the safetensors header cannot be read: {reason}"))
            }
        })?;
        let mut tensors = raw.tensors.into_iter().map(RawTensor::check).collect::<Result<Vec<_>>>()?;
        tensors.sort_by(|a, b| (a.start, a.end, &a.name).cmp(&(b.start, b.end, &b.name)));
        let mut data_size = 0;
        for tensor in &tensors {
            if tensor.start != data_size {
                let fault =
                    if tensor.start < data_size { "overlaps another tensor" } else { "leaves a hole before it" };
                return Err(unsupported(format!("the safetensors header is wrong: {} {fault}", quoted(&tensor.name))));
            }
            data_size = tensor.end;
        }
        if let Some(actual) = file_size {
            let expected = (8 + json.len() as u64).saturating_add(data_size);
            if actual < expected {
                return Err(Error::new(
                    Code::Truncated,
                    format!("the file has {actual} bytes, its header declares {expected}. Download it again."),
                ));
            }
            if actual > expected {
                return Err(unsupported(format!("the file has {actual} bytes, its header declares only {expected}")));
            }
        }
        Ok(Self { tensors, metadata: raw.metadata, data_size })
    }
}

fn unsupported(message: impl Into<String>) -> Error {
    Error::new(Code::UnsupportedCheckpoint, message)
}

/// The header as its JSON has it; `serde_json`'s own maps would let the last of two equal keys win.
struct RawHeader {
    tensors: Vec<RawTensor>,
    metadata: BTreeMap<String, String>,
}

struct RawTensor {
    name: String,
    body: RawBody,
}

#[derive(Deserialize)]
struct RawBody {
    dtype: String,
    #[serde(deserialize_with = "short_shape")]
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

impl RawTensor {
    fn check(self) -> Result<TensorInfo> {
        let Self { name, body: RawBody { dtype, shape, data_offsets: (start, end) } } = self;
        let wrong = |what: String| unsupported(format!("tensor {} of this checkpoint {what}", quoted(&name)));
        let Some(dtype) = Dtype::from_name(&dtype) else {
            return Err(wrong(format!("is stored as {}; only floating point weights can be read", quoted(&dtype))));
        };
        // Checked as u64, then narrowed: `usize` has 32 bits in the browser.
        let elements = shape.iter().try_fold(1u64, |product, &d| product.checked_mul(d));
        let bytes = elements.and_then(|n| n.checked_mul(dtype.size() as u64));
        let narrow = shape.iter().map(|&d| usize::try_from(d).ok()).collect::<Option<Vec<_>>>();
        let (Some(bytes), Some(narrow)) = (bytes.filter(|&b| usize::try_from(b).is_ok()), narrow) else {
            return Err(wrong(format!("is too large: {shape:?}")));
        };
        if end.checked_sub(start) != Some(bytes) {
            return Err(wrong(format!(
                "has shape {shape:?} of {}, which is {bytes} bytes, but offsets {start}..{end}",
                dtype.name()
            )));
        }
        Ok(TensorInfo { name, dtype, shape: narrow, start, end })
    }
}

impl<'de> Deserialize<'de> for RawHeader {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = RawHeader;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<RawHeader, A::Error> {
                let (mut tensors, mut metadata, mut seen) = (Vec::new(), BTreeMap::new(), HashSet::new());
                while let Some(name) = map.next_key::<String>()? {
                    if name.len() > MAX_NAME {
                        return Err(A::Error::custom(format!("a name of {} bytes", name.len())));
                    }
                    if !seen.insert(name.clone()) {
                        return Err(A::Error::custom(format!("{} stands in it twice", quoted(&name))));
                    }
                    if name == "__metadata__" {
                        metadata = map.next_value::<UniqueStrings>()?.0;
                    } else if tensors.len() == MAX_TENSORS {
                        return Err(A::Error::custom(format!("more than {MAX_TENSORS} tensors")));
                    } else {
                        tensors.push(RawTensor { name, body: map.next_value()? });
                    }
                }
                Ok(RawHeader { tensors, metadata })
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

struct UniqueStrings(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for UniqueStrings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = UniqueStrings;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of strings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<UniqueStrings, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, String>()? {
                    let shown = quoted(&key);
                    if entries.insert(key, value).is_some() {
                        return Err(A::Error::custom(format!("{shown} stands in its metadata twice")));
                    }
                }
                Ok(UniqueStrings(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// Reads a shape without first collecting a list of any length.
fn short_shape<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<u64>, D::Error> {
    struct Shape;
    impl<'de> Visitor<'de> for Shape {
        type Value = Vec<u64>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            write!(f, "a list of at most {MAX_RANK} dimensions")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Vec<u64>, A::Error> {
            let mut shape = Vec::new();
            while let Some(dimension) = seq.next_element()? {
                if shape.len() == MAX_RANK {
                    return Err(A::Error::custom(format!("a tensor of more than {MAX_RANK} dimensions")));
                }
                shape.push(dimension);
            }
            Ok(shape)
        }
    }
    deserializer.deserialize_seq(Shape)
}
