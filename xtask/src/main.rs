//! Everything this repository does to itself: `cargo xtask build`, `serve`, `test`, `site`, and what they need.

mod bench;
mod build;
mod checkpoint;
mod compress;
mod examples;
mod package;
mod page;
mod parity;
mod serve;
mod site;
mod stamp;
mod tally;
mod test;
mod tools;
mod types;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

const USAGE: &str = "\
cargo xtask build [--cpu-only | --gpu-only]         the wasm builds and the page's bundle into pkg/, with their sizes
cargo xtask serve [--port N] [--no-open] [--no-build]
                                                    builds what is out of date and serves the page
cargo xtask test [--fast | --smoke] [--shard N/COUNT] [FILTER]
                                                    every test; --fast leaves out WebGPU and the wasm lints, --smoke
                                                    keeps lints, types, units and the first answer in a browser
cargo xtask site DIR [--with ID,ID...]              the static site with precompressed files, to publish; it brings
                                                    the official checkpoints along that are named, in float16
cargo xtask package DIR [--no-build]                the npm package, and what npm pack makes of it
cargo xtask types                                   what the wasm module takes and answers as TypeScript, into
                                                    www/engine/generated.d.ts
cargo xtask checkpoint MODEL OUT [--seed S] [--dtype f32|f16|bf16]
                                                    a seeded checkpoint with an official key layout
cargo xtask input NAME OUT                          its seeded input [1, 3, 224, 224], as float32 bytes
cargo xtask noise NAME OUT COUNT                    its seeded noise, 0 to 1, as float32 bytes
cargo xtask parity [--cpu-only] [--no-build] [MODEL...]
                                                    relative errors against PyTorch in Chromium, kept in
                                                    www/parity.json
cargo xtask bench [--no-build] [--webgpu] [--quick] [--rounds N] [--runs N] [--only turns,cold,again,inside] [ID...]
                                                    the engine against onnxruntime-web and LiteRT.js, in turn in one page
                                                    of Chromium and from a cold start, and what it reaches by itself, as
                                                    Markdown (installs both, and PyTorch to convert networks)
cargo xtask accuracy [ID...]                        the small networks on the bundled test images, kept in their cards
cargo xtask train EXPERIMENT|ID [--seeds N] [--device cpu|wgpu] [--out DIR] [FIELD=VALUE...]
                                                    an experiment of the page natively, or a network that ships as it
                                                    was trained; gone on with after an interruption; docs/training.md
                                                    has their fields
cargo xtask train EXPERIMENT --exact [FIELD=VALUE...]
                                                    the same by the page's own wasm build, to the bit
cargo xtask train saturation --exact                ReLU against tanh, each at its best rate, over ten seeds
cargo xtask train degradation|collapse [--seeds N] [FIELD=VALUE...]
                                                    what holds over ten seeds, kept in www/train/ten-seeds.json
cargo xtask weights ID [--dtype f16|f32] [--from FILE|URL]
                                                    an official checkpoint, safetensors or .pth, into www/weights, from
                                                    the Hub, a file or an address";

fn main() -> ExitCode {
    match run(lexopt::Parser::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: lexopt::Parser) -> Result<()> {
    // Commands read their options late, some after a long build.
    let asked = std::env::args_os().any(|word| word == "--help" || word == "-h");
    let Some(Value(command)) = args.next()?.filter(|_| !asked) else {
        println!("{USAGE}");
        return Ok(());
    };
    let command = command.string()?;
    match command.as_str() {
        "build" => build::main(args),
        "serve" => serve::main(args),
        "test" => test::main(args),
        "site" => site::main(args),
        "package" => package::main(args),
        "checkpoint" => checkpoint::main(args),
        "input" => checkpoint::input(args),
        "noise" => checkpoint::noise(args),
        "bench" => bench::main(args),
        "accuracy" | "weights" => examples::run(&command, args.raw_args()?),
        "train" => examples::train(args),
        "parity" => parity::main(args),
        "types" => types::main(args),
        "help" => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no command {other}\n\n{USAGE}"),
    }
}
