//! What files may say, and what they must not.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::error::{Code, Error, Result};

const WEIGHTS: [Dtype; 3] = [Dtype::F32, Dtype::F16, Dtype::BF16];

/// A tensor's JSON.
fn entry(name: &str, dtype: &str, shape: &str, start: u64, end: u64) -> String {
    format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{start},{end}]}}"#)
}

fn parse(entries: &[String], data: u64) -> Result<Header> {
    let json = format!("{{{}}}", entries.join(","));
    Header::parse(json.as_bytes(), Some(8 + json.len() as u64 + data))
}

fn refused<T: std::fmt::Debug>(result: Result<T>, code: Code, part: &str) {
    let Error { code: actual, message } = result.expect_err(part);
    assert_eq!(actual, code, "{message}");
    assert!(message.contains(part), "{message:?} lacks {part:?}");
}

fn unsupported<T: std::fmt::Debug>(result: Result<T>, part: &str) {
    refused(result, Code::UnsupportedCheckpoint, part);
}

#[test]
fn header_lengths() {
    assert_eq!(header_length(&2u64.to_le_bytes()).unwrap(), 2);
    assert_eq!(header_length(&(MAX_HEADER as u64).to_le_bytes()).unwrap(), MAX_HEADER);
    unsupported(header_length(&(MAX_HEADER as u64 + 1).to_le_bytes()), "no network known here needs more");
    for length in [0, 1, 1 << 32, 1 << 63, u64::MAX] {
        unsupported(header_length(&length.to_le_bytes()), "not a safetensors file");
    }
    unsupported(header_length(b"PK\x03\x04\x14\0\0\0"), "not a safetensors file");
    refused(header_length(b"1234567"), Code::Truncated, "7 bytes");
    refused(header_length(b""), Code::Truncated, "0 bytes");
}

#[test]
fn a_real_header() {
    let json = br#"{"b":{"dtype":"I64","shape":[],"data_offsets":[12,20]},"__metadata__":{"format":"pt"},
        "a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12],"comment":["later versions may add keys"]}}   "#;
    let header = Header::parse(json, Some(8 + json.len() as u64 + 20)).unwrap();
    assert_eq!(header.data_size, 20);
    assert_eq!(header.metadata["format"], "pt");
    let names: Vec<&str> = header.tensors.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["a", "b"], "in offset order");
    assert_eq!((header.tensors[0].shape.as_slice(), header.tensors[0].elements()), ([2, 3].as_slice(), 6));
    assert_eq!((header.tensors[1].dtype, header.tensors[1].elements()), (Dtype::I64, 1));
}

#[test]
fn headers_that_lie() {
    let a = || entry("a", "F32", "[2]", 0, 8);
    unsupported(parse(&[a(), entry("b", "F32", "[2]", 4, 12)], 12), "overlaps");
    unsupported(parse(&[a(), entry("b", "F32", "[2]", 0, 8)], 8), "overlaps");
    unsupported(parse(&[a(), entry("b", "F32", "[2]", 12, 20)], 20), "hole");
    unsupported(parse(&[entry("b", "F32", "[2]", 4, 12)], 12), "hole");
    unsupported(parse(&[a(), entry("a", "F32", "[2]", 8, 16)], 16), "twice");
    unsupported(parse(&[entry("a", "F4", "[2]", 0, 1)], 1), "F4");
    unsupported(parse(&[entry("a", "F32", "[3]", 0, 8)], 8), "12 bytes");
    unsupported(parse(&[entry("a", "F32", "[2]", 8, 0)], 8), "8 bytes");
    unsupported(parse(&[entry("a", "F32", "[4294967296,4294967296]", 0, 0)], 0), "too large");
    unsupported(parse(&[entry("a", "F64", "[2305843009213693952]", 0, 0)], 0), "too large");
    unsupported(parse(&[entry("a", "F32", "[-1]", 0, 4)], 4), "cannot be read");
    unsupported(parse(&[entry("a", "F32", "[1.5]", 0, 6)], 6), "cannot be read");
    unsupported(parse(&[entry("a", "F32", "[1,1,1,1,1,1,1,1,1]", 0, 4)], 4), "8 dimensions");
    unsupported(parse(&[entry(&"x".repeat(MAX_NAME + 1), "F32", "[1]", 0, 4)], 4), "513 bytes");
    unsupported(parse(&[r#""__metadata__":{"k":"1","k":"2"}"#.into()], 0), "twice");
    unsupported(parse(&[r#""__metadata__":{"k":1}"#.into()], 0), "cannot be read");
    unsupported(parse(&[r#""a":{"dtype":"F32","shape":[1]}"#.into()], 0), "data_offsets");
    unsupported(Header::parse(b"[]", None), "object of tensors");
    unsupported(Header::parse(b"\xff\xfe", None), "cannot be read");
    unsupported(Header::parse("[".repeat(100_000).as_bytes(), None), "cannot be read");
    unsupported(parse(&[a()], 9), "only");
    refused(parse(&[a()], 7), Code::Truncated, "Download it again");
    refused(Header::parse(br#"{"a":{"dtype":"F3"#, None), Code::Truncated, "inside its header");
    refused(Header::parse(b"", None), Code::Truncated, "inside its header");
}

#[test]
fn the_number_of_tensors_is_bounded() {
    let entries = |n: usize| (0..n as u64).map(|i| entry(&format!("t{i}"), "U8", "[1]", i, i + 1)).collect::<Vec<_>>();
    assert_eq!(parse(&entries(MAX_TENSORS), MAX_TENSORS as u64).unwrap().tensors.len(), MAX_TENSORS);
    unsupported(parse(&entries(MAX_TENSORS + 1), MAX_TENSORS as u64 + 1), "more than 30000");
}

/// Everything that a stream hands over, with pieces of the same tensor put together again.
fn collect(mut stream: TensorStream, chunks: &[&[u8]], row_lengths: &[usize]) -> Result<Vec<(usize, Vec<f32>)>> {
    let mut out: Vec<(usize, Vec<f32>)> = Vec::new();
    for chunk in chunks {
        stream.push(chunk, &mut |index, row, values| {
            match out.last_mut().filter(|last| last.0 == index) {
                Some((_, before)) => {
                    assert_eq!(before.len(), row * row_lengths[index], "pieces follow each other");
                    before.extend(values);
                }
                None => {
                    assert_eq!(row, 0);
                    out.push((index, values));
                }
            }
            Ok(())
        })?;
    }
    stream.finish()?;
    Ok(out)
}

#[test]
fn every_half_is_converted() {
    for (dtype, exact) in [
        (Dtype::F16, (|bits| half::f16::from_bits(bits).to_f32()) as fn(u16) -> f32),
        (Dtype::BF16, |bits| half::bf16::from_bits(bits).to_f32()),
    ] {
        for bits in 0..=u16::MAX {
            let header = parse(&[entry("w", dtype.name(), "[1]", 0, 2)], 2).unwrap();
            let read = collect(TensorStream::new(&header).unwrap(), &[&bits.to_le_bytes()], &[1]);
            if exact(bits).is_finite() {
                assert_eq!(read.unwrap()[0].1[0].to_bits(), exact(bits).to_bits());
            } else {
                unsupported(read, "not numbers");
            }
        }
    }
}

#[test]
fn bad_weights_name_their_tensor() {
    let header = parse(&[entry("good", "F32", "[1]", 0, 4), entry("fc.weight", "F32", "[2]", 4, 12)], 12).unwrap();
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let bytes = [0.5, 1.0, bad].map(f32::to_le_bytes).concat();
        unsupported(collect(TensorStream::new(&header).unwrap(), &[&bytes], &[1, 2]), "fc.weight");
        // A tensor that nobody reads may hold anything.
        let skipping = TensorStream::with_needed(&header, |index| index == 0).unwrap();
        assert_eq!(collect(skipping, &[&bytes], &[1, 2]).unwrap(), [(0, vec![0.5])]);
    }
}

#[test]
fn wrong_lengths() {
    let header = parse(&[entry("w", "F32", "[2]", 0, 8)], 8).unwrap();
    let read = |bytes: &[u8]| collect(TensorStream::new(&header).unwrap(), &[bytes], &[2]);
    refused(read(&[0; 7]), Code::Truncated, "7 of 8");
    refused(read(&[]), Code::Truncated, "0 of 8");
    unsupported(read(&[0; 9]), "goes on after");
    assert!(read(&[0; 8]).is_ok());
}

#[test]
fn only_weights_can_be_needed() {
    let header = parse(&[entry("n", "I64", "[1]", 0, 8), entry("none", "F32", "[0]", 8, 8)], 8).unwrap();
    unsupported(TensorStream::with_needed(&header, |index| index == 0).map(|_| ()), "I64");
    unsupported(TensorStream::with_needed(&header, |index| index == 1).map(|_| ()), "empty");
    assert_eq!(collect(TensorStream::new(&header).unwrap(), &[&[1; 8]], &[1, 0]).unwrap(), []);
    let size = MAX_PIECE as u64 + 1;
    let header =
        Header::parse(format!("{{{}}}", entry("v", "F32", &format!("[{size}]"), 0, size * 4)).as_bytes(), None);
    unsupported(TensorStream::new(&header.unwrap()).map(|_| ()), "too large");
}

#[test]
fn an_error_of_the_sink_comes_back() {
    let header = parse(&[entry("w", "F32", "[2]", 0, 8)], 8).unwrap();
    let mut stream = TensorStream::new(&header).unwrap();
    let full = Error::new(Code::OutOfMemory, "full");
    assert_eq!(stream.push(&[0; 8], &mut |_, _, _| Err(full.clone())), Err(full));
}

/// Tensors with their values, small enough to be halves exactly.
fn tensors() -> impl Strategy<Value = Vec<(usize, Vec<usize>, Vec<i8>)>> {
    let shape = vec(1usize..5, 0..4);
    let tensor = (0usize..WEIGHTS.len(), shape).prop_flat_map(|(dtype, shape)| {
        (Just(dtype), Just(shape.clone()), vec(any::<i8>(), shape.iter().product::<usize>()))
    });
    vec(tensor, 1..6)
}

fn encode(tensors: &[(usize, Vec<usize>, Vec<i8>)]) -> (Vec<String>, Vec<u8>) {
    let (mut entries, mut data) = (Vec::new(), Vec::new());
    for (i, (dtype, shape, values)) in tensors.iter().enumerate() {
        let start = data.len() as u64;
        for value in values.iter().map(|&v| f32::from(v)) {
            match WEIGHTS[*dtype] {
                Dtype::F16 => data.extend(half::f16::from_f32(value).to_le_bytes()),
                Dtype::BF16 => data.extend(half::bf16::from_f32(value).to_le_bytes()),
                _ => data.extend(value.to_le_bytes()),
            }
        }
        entries.push(entry(
            &format!("layer.{i}"),
            WEIGHTS[*dtype].name(),
            &format!("{shape:?}"),
            start,
            data.len() as u64,
        ));
    }
    (entries, data)
}

proptest! {
    #[test]
    fn any_bytes_are_taken_or_refused(bytes in vec(any::<u8>(), 0..200), size in any::<Option<u64>>()) {
        let _ = header_length(&bytes);
        let _ = Header::parse(&bytes, size);
    }

    /// Near-valid headers: JSON of the right form with any numbers in it.
    #[test]
    fn any_numbers_are_taken_or_refused(
        shape in vec(prop_oneof![0u64..4, any::<u64>()], 0..10),
        start in prop_oneof![0u64..9, any::<u64>()],
        end in prop_oneof![0u64..99, any::<u64>()],
        dtype in prop_oneof![Just("F32"), Just("BOOL"), Just("F64"), Just("X")],
    ) {
        let json = format!("{{{}}}", entry("w", dtype, &format!("{shape:?}"), start, end));
        if let Ok(header) = Header::parse(json.as_bytes(), None) {
            let tensor = &header.tensors[0];
            prop_assert_eq!((tensor.start, tensor.end, header.data_size), (0, end, end));
            prop_assert_eq!(tensor.elements() as u64 * tensor.dtype.size() as u64, end);
        }
    }

    #[test]
    fn valid_headers_round_trip(tensors in tensors(), rotate in 0usize..6) {
        let (mut entries, data) = encode(&tensors);
        let at = rotate % entries.len();
        entries.rotate_left(at);
        let header = parse(&entries, data.len() as u64).unwrap();
        prop_assert_eq!(header.data_size, data.len() as u64);
        prop_assert_eq!(header.tensors.len(), tensors.len());
        for (i, (found, (dtype, shape, _))) in header.tensors.iter().zip(&tensors).enumerate() {
            prop_assert_eq!(&found.name, &format!("layer.{i}"));
            prop_assert_eq!((found.dtype, &found.shape), (WEIGHTS[*dtype], shape));
        }
    }

    /// Moving one end of one tensor always breaks the tiling or the tensor's own size.
    #[test]
    fn moved_offsets_are_refused(tensors in tensors(), which in 0usize..6, by in 1u64..9, end in any::<bool>()) {
        let (mut entries, data) = encode(&tensors);
        let which = which % entries.len();
        let header = parse(&entries, data.len() as u64).unwrap();
        let t = &header.tensors[which];
        let (start, stop) = if end { (t.start, t.end + by) } else { (t.start + by, t.end) };
        entries[which] = entry(&t.name, t.dtype.name(), &format!("{:?}", t.shape), start, stop);
        prop_assert!(parse(&entries, data.len() as u64).is_err());
        entries[which] = entry(&t.name, t.dtype.name(), &format!("{:?}", t.shape), t.start + by, t.end + by);
        prop_assert!(parse(&entries, data.len() as u64).is_err());
    }

    #[test]
    fn a_cut_header_is_truncated(tensors in tensors(), at in any::<prop::sample::Index>()) {
        let json = format!("{{{}}}", encode(&tensors).0.join(","));
        let cut = &json.as_bytes()[..at.index(json.len())];
        prop_assert_eq!(Header::parse(cut, None).unwrap_err().code, Code::Truncated);
    }

    #[test]
    fn any_chunks_give_the_same_tensors(tensors in tensors(), cuts in vec(any::<prop::sample::Index>(), 0..12), piece in 1usize..40) {
        let (entries, data) = encode(&tensors);
        let header = parse(&entries, data.len() as u64).unwrap();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(data.len() + 1)).collect();
        cuts.extend([0, data.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|cut| &data[cut[0]..cut[1]]).collect();
        let row_lengths: Vec<usize> = tensors.iter().map(|(_, shape, values)| values.len() / shape.first().unwrap_or(&1)).collect();
        let read = collect(TensorStream::with_piece(&header, |_| true, piece).unwrap(), &chunks, &row_lengths).unwrap();
        let expected: Vec<(usize, Vec<f32>)> =
            tensors.iter().enumerate().map(|(i, (_, _, values))| (i, values.iter().map(|&v| f32::from(v)).collect())).collect();
        prop_assert_eq!(read, expected);
    }
}

#[test]
fn large_matrices_come_in_pieces_of_whole_rows() {
    let header = parse(&[entry("fc", "F16", "[7,3]", 0, 42), entry("v", "F16", "[9]", 42, 60)], 60).unwrap();
    let mut pieces = Vec::new();
    let mut stream = TensorStream::with_piece(&header, |_| true, 8).unwrap();
    stream
        .push(&[0; 60], &mut |index, row, values| {
            pieces.push((index, row, values.len()));
            Ok(())
        })
        .unwrap();
    assert_eq!(pieces, [(0, 0, 6), (0, 2, 6), (0, 4, 6), (0, 6, 3), (1, 0, 9)]);
    assert_eq!(stream.received(), 60);
}
