//! What the fuzz targets do with their bytes. `cargo fuzz` guides them by coverage; `crate/tests/fuzz.rs` runs the same
//! functions from a seed, over the same corpus, with every other test.

pub mod checkpoint;
pub mod network;
pub mod picture;
