//! Vitrine: eight landmark vision architectures, computed in the browser and shown from the inside.
//!
//! `docs/architecture.md` tells how the parts meet. Dependencies point one way:
//! `web -> explain, train -> observe -> models -> ops, nn`; `weights` and `image` know no model's insides.

#![cfg_attr(
    not(test),
    warn(clippy::expect_used, clippy::unwrap_used, clippy::unreachable, clippy::panic, clippy::todo)
)]

pub mod catalogue;
pub mod checkpoint;
pub mod error;
pub mod explain;
pub mod image;
mod json;
mod kernels;
pub mod models;
pub mod network;
pub mod nn;
pub mod observe;
pub mod ops;
pub mod preprocessing;
mod random;
#[cfg(feature = "train")]
pub mod train;
// What is written are all types, training's among them.
#[cfg(all(test, feature = "train"))]
mod typescript;
#[cfg(target_arch = "wasm32")]
mod web;
pub mod weights;
