//! Widths that no operation was written for: every one of every bundled network becomes nothing, odd, or what groups,
//! heads and windows do not divide. Such a file is refused, or its network answers; nothing panics.

use crate::targets::network::{End, ODD, bundled, open, tensors, widen, widths};

/// How often a network answered, was refused, and was left alone.
#[derive(Debug, Default)]
struct Count([usize; 3]);

impl Count {
    fn add(&mut self, end: End) {
        self.0[end as usize] += 1;
    }
}

fn every_width(id: &str) -> Count {
    let whole = tensors(bundled().find(|entry| entry.id == id).unwrap());
    let mut count = Count::default();
    for from in widths(&whole) {
        for to in ODD.into_iter().filter(|to| *to != from) {
            let mut changed = whole.clone();
            widen(&mut changed, from, to);
            let end = open(&changed);
            assert!(to != 0 || end == End::Refused, "{id} answers where {from} is 0");
            count.add(end);
        }
    }
    println!("{id}: {count:?}");
    count
}

/// One dimension of one tensor alone: no file of another network.
fn every_dimension(id: &str) {
    let whole = tensors(bundled().find(|entry| entry.id == id).unwrap());
    for at in 0..whole.len() {
        for dimension in 0..whole[at].1.len() {
            for to in [0, whole[at].1[dimension] + 1] {
                let mut changed = whole.clone();
                changed[at].1[dimension] = to;
                let end = open(&changed);
                assert_ne!(end, End::Answered, "{id} answers with {} as {:?}", changed[at].0, changed[at].1);
            }
        }
    }
}

macro_rules! families {
    ($($name:ident: $id:literal,)*) => {
        $(#[test]
        fn $name() {
            let count = every_width($id);
            assert!(count.0[End::Refused as usize] > 0, "{count:?}");
            assert!(count.0[End::TooLarge as usize] <= count.0.iter().sum::<usize>() / 2, "{count:?}");
            every_dimension($id);
        })*

        #[test]
        fn none_of_the_bundled_networks_is_left_out() {
            let ids: Vec<&str> = bundled().map(|entry| entry.id).collect();
            assert_eq!(ids, [$($id),*]);
        }
    };
}

families! {
    lenet5: "lenet5_mnist",
    fully_connected: "fcnn_mnist",
    alexnet: "alexnet_cifar10",
    vgg: "vgg_bn_cifar10",
    resnet: "resnet20_cifar10",
    vit: "vit_cifar10",
    swin: "swin_cifar10",
    mae: "mae_vit_cifar10",
    dino: "dino_vit_cifar10",
}
