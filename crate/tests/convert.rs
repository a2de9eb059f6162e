//! `cargo xtask weights`: what it makes of other people's files is what the page would have computed from them.

#[path = "../examples/weights/convert.rs"]
mod checkpoint;

use std::path::{Path, PathBuf};

use checkpoint::{Checkpoint, Stored};
use seeded::{Dtype, manifest, write_safetensors};
use vitrine::catalogue::find;

use crate::common::reference;

/// A folder of one test's own, empty.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("convert-{test}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn seeded_file(folder: &Path, model: &str, dtype: Dtype) -> PathBuf {
    let file = folder.join(format!("{model}.{dtype:?}.safetensors"));
    let entries = manifest(reference(&format!("manifests/{model}.json"))).unwrap();
    write_safetensors(&file, &entries, "", dtype).unwrap();
    file
}

fn converted(file: &Path, id: &str, stored: Stored) -> Vec<u8> {
    let checkpoint = Checkpoint::read(file).unwrap();
    let entry = find(id).unwrap();
    checkpoint.check(entry).unwrap();
    let mut bytes = Vec::new();
    checkpoint.write(&mut bytes, stored, "a test").unwrap();
    bytes
}

/// The bytes after the header.
fn data(bytes: &[u8]) -> &[u8] {
    let length = vitrine::weights::header_length(bytes).unwrap();
    &bytes[8 + length..]
}

#[test]
fn a_converted_checkpoint_equals_one_that_was_made_so() {
    let folder = folder("seeded");
    let model = "vit_tiny_patch16_224";
    let full = seeded_file(&folder, model, Dtype::F32);
    let half = std::fs::read(seeded_file(&folder, model, Dtype::F16)).unwrap();
    let to_half = converted(&full, model, Stored::F16);
    assert!(data(&to_half) == data(&half), "float16 differs");
    let unchanged = converted(&full, model, Stored::F32);
    assert!(data(&unchanged) == data(&std::fs::read(&full).unwrap()), "float32 differs");
    // What was written is a checkpoint that can be read again.
    let again = folder.join("again.safetensors");
    std::fs::write(&again, &to_half).unwrap();
    assert!(data(&converted(&again, model, Stored::F16)) == data(&half), "the second conversion differs");
    std::fs::remove_dir_all(folder).unwrap();
}

/// What `tests/reference/make_torch.py` saved, in each of the ways.
#[test]
fn what_torch_saved_is_read_without_it() {
    for way in ["zip", "legacy", "wrapped"] {
        let checkpoint = Checkpoint::read(&reference(&format!("torch/{way}.pth"))).unwrap();
        let mut bytes = Vec::new();
        checkpoint.write(&mut bytes, Stored::F32, way).unwrap();
        let length = vitrine::weights::header_length(&bytes).unwrap();
        let header = vitrine::weights::Header::parse(&bytes[8..8 + length], Some(bytes.len() as u64)).unwrap();
        // The momentum of the optimizer is no tensor of the network.
        let network = |tensor: &&vitrine::weights::TensorInfo| !tensor.name.starts_with("optimizer.");
        let key = |name: &str| name.trim_start_matches("model.").to_owned();
        let mut names: Vec<String> = header.tensors.iter().filter(network).map(|tensor| key(&tensor.name)).collect();
        names.sort_unstable();
        assert_eq!(names, ["bn1.bias", "bn1.running_mean", "bn1.running_var", "bn1.weight", "fc.bias"], "{way}");
        for tensor in header.tensors.iter().filter(network) {
            let here = &data(&bytes)[tensor.start as usize..tensor.end as usize];
            let read: Vec<f32> = here.chunks_exact(4).map(|v| f32::from_le_bytes(v.try_into().unwrap())).collect();
            assert_eq!(read, seeded::uniform(&key(&tensor.name), tensor.elements()), "{way}: {}", tensor.name);
        }
    }
}

#[test]
fn what_torch_did_not_finish_is_refused() {
    let folder = folder("torch");
    let whole = std::fs::read(reference("torch/zip.pth")).unwrap();
    for broken in [&whole[..whole.len() / 2], b"PK\x03\x04\x00\x00\x08\x08", b"\x80\x02\x8a\nl\xfc\x9cF"] {
        let file = folder.join("broken.pth");
        std::fs::write(&file, broken).unwrap();
        let message = Checkpoint::read(&file).err().unwrap().to_string();
        assert!(message.contains("broken.pth"), "{message}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason() {
    let folder = folder("refused");
    let file = seeded_file(&folder, "resnet18", Dtype::F16);
    let checkpoint = Checkpoint::read(&file).unwrap();
    let message = checkpoint.check(find("resnet50").unwrap()).unwrap_err().to_string();
    assert!(message.contains("ResNet-18"), "{message}");
    let broken = folder.join("broken.safetensors");
    std::fs::write(&broken, &std::fs::read(&file).unwrap()[..1000]).unwrap();
    assert!(Checkpoint::read(&broken).is_err());
    assert!(Checkpoint::read(&folder.join("none")).is_err());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn numbers_too_large_for_float16_are_not_lost_silently() {
    let folder = folder("large");
    let file = folder.join("large.safetensors");
    let shipped = std::fs::read(reference("../../www/weights/fcnn_mnist.safetensors")).unwrap();
    let bytes = converted(&reference("../../www/weights/fcnn_mnist.safetensors"), "fcnn_mnist", Stored::F32);
    let mut large = bytes.clone();
    let at = large.len() - 4;
    large[at..].copy_from_slice(&1e6f32.to_le_bytes());
    std::fs::write(&file, &large).unwrap();
    let checkpoint = Checkpoint::read(&file).unwrap();
    let message = checkpoint.write(&mut Vec::new(), Stored::F16, "a test").unwrap_err().to_string();
    assert!(message.contains("--dtype f32"), "{message}");
    assert!(checkpoint.write(&mut Vec::new(), Stored::F32, "a test").is_ok());
    assert!(bytes.len() > shipped.len());
    std::fs::remove_dir_all(folder).unwrap();
}
