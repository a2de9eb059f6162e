//! What ships with the page: sizes, and scores on the bundled test images against those of PyTorch.

use crate::bundled::{card_score, networks, repository, score};

fn bytes(file: &str) -> u64 {
    let path = repository(&format!("www/weights/{file}"));
    std::fs::metadata(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).len()
}

#[test]
fn the_catalogue_knows_the_size_of_every_bundled_file() {
    for entry in networks() {
        assert_eq!(bytes(&format!("{}.safetensors", entry.id)), entry.shipped, "{}", entry.id);
    }
}

#[test]
fn bundled_weights_are_small_together() {
    let bank = bytes("dino_vit_cifar10.bank.safetensors");
    let sum = bank + networks().map(|entry| entry.shipped).sum::<u64>();
    assert!(sum < 12_000_000, "the bundled weights have {sum} bytes");
}

fn check(id: &str) {
    let (metric, pytorch) = card_score(id).unwrap();
    let engine = score(id).unwrap();
    println!("{id}: {metric} {engine:.4}, in PyTorch {pytorch:.4}");
    assert!((engine - pytorch).abs() <= 0.005, "{id}: {metric} {engine}, in PyTorch {pytorch}");
}

#[test]
fn lenet5() {
    check("lenet5_mnist");
}

#[test]
fn fcnn() {
    check("fcnn_mnist");
}

#[test]
fn alexnet() {
    check("alexnet_cifar10");
}

#[test]
fn vgg() {
    check("vgg_bn_cifar10");
}

#[test]
fn resnet() {
    check("resnet20_cifar10");
}

#[test]
fn vit() {
    check("vit_cifar10");
}

#[test]
fn swin() {
    check("swin_cifar10");
}

#[test]
fn mae() {
    check("mae_vit_cifar10");
}

#[test]
fn dino() {
    check("dino_vit_cifar10");
}
