//! The integration tests of the engine as one program, since each program links the whole of Burn: a module for each
//! file beside this one. `cargo test -p vitrine --test all parity::` runs one module's.

mod bundled;
mod common;
#[path = "../fuzz/src/lib.rs"]
mod targets;

mod convert;
mod explain;
mod figures;
mod fuzz;
mod gradients;
mod layouts;
mod mutations;
mod observe;
mod operations;
mod parity;
mod picture;
mod preprocess;
mod shipped;
mod torch;
#[cfg(feature = "train")]
mod training;
mod whitening;
mod widths;

/// A file that no module names would not be compiled, and its tests would not be missed.
#[test]
fn every_file_beside_this_one_is_a_module_of_it() {
    let folder = std::path::PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let module = format!("mod {};", path.file_stem().unwrap().to_str().unwrap());
        let named = include_str!("main.rs").lines().any(|line| line == module);
        assert!(named || path.ends_with("main.rs"), "main.rs has no `{module}`");
    }
}
