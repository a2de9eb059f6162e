//! `www/engine/generated.d.ts`: the arguments and answers of the wasm surface, as TypeScript. Serde says here what
//! crosses;
//! `www/engine.d.ts` names these types in the public contract.

use std::path::Path;

use ts_rs::{Config, TS};

use crate::{catalogue, explain, models, nn, observe, ops, train};

const HEAD: &str = "\
/**
 * Generated from crate/src by `cargo xtask types`; not to be edited. What the wasm module takes and answers as JSON;
 * tensors that it answers beside the facts are in engine.d.ts.
 */
";

/// The declaration of one type with its documentation.
fn declaration<T: TS>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    tidy(&format!("\n{docs}export {}\n", T::decl(config)))
}

/// One field a line, and one line for documentation that has no more.
fn tidy(declaration: &str) -> String {
    let mut fields = false;
    let mut lines: Vec<String> = vec![];
    for line in declaration.replace(", };", ",\n};").replace(", } & (", ",\n} & (").replace("`None`", "null").lines() {
        fields &= !line.starts_with('}');
        match (line.trim_end(), lines.last_mut()) {
            (" */", Some(last)) if last.trim_start().starts_with("/** ") => last.push_str(" */"),
            (line, Some(last)) if last.ends_with("/**") => last.push_str(&line[2..]),
            (line, _) => lines.push(format!("{}{line}", if fields { "  " } else { "" })),
        }
        fields |= line.trim_end().ends_with('{');
    }
    lines.join("\n") + "\n"
}

macro_rules! declarations {
    ($($of:ty),+ $(,)?) => {{
        // Whole numbers stay below 2^53, and cross as JSON's numbers.
        let config = Config::new().with_large_int("number");
        [$(declaration::<$of>(&config)),+].concat()
    }};
}

fn generated() -> String {
    let types = declarations![
        // What networks and stages are.
        models::Input,
        models::Capability,
        models::ClassMethod,
        catalogue::Source,
        catalogue::SourceKind,
        catalogue::Listed,
        observe::Converted<'static>,
        observe::ModelInfo<'static>,
        nn::Kind,
        ops::Layout,
        observe::StageInfo<'static>,
        // What a call is told.
        explain::Off,
        // The picture.
        explain::Tiles,
        explain::Windows,
        explain::Item,
        explain::Skip,
        explain::Scene,
        observe::MapsArgs,
        observe::Maps,
        explain::TilesArgs,
        explain::Wanted,
        explain::StageTiles,
        explain::SpotArgs,
        explain::SpotWindow,
        explain::Spot,
        explain::ContributionArgs,
        explain::StageShares,
        explain::Contributions,
        // One cell.
        explain::CellArgs,
        explain::Term,
        explain::Region,
        explain::Formula,
        explain::Rect,
        explain::FieldArgs,
        explain::ReceptiveField,
        explain::StageField,
        explain::CurvePoint<'static>,
        // Stages.
        explain::FilterArgs,
        explain::OrderArgs,
        explain::StageTime,
        explain::ThroughputArgs,
        explain::Work,
        explain::StageWork,
        explain::KindWork,
        explain::Throughput,
        // Attention.
        explain::AttentionArgs,
        explain::AttentionWindow,
        explain::AttentionMap,
        explain::HeadsArgs,
        explain::HeadMaps,
        explain::BlockAttention,
        explain::RelativeBias,
        explain::WindowArgs,
        explain::WindowAttention,
        explain::ClassHeadsArgs,
        explain::ClassHeads,
        // The answer.
        explain::ClassArgs,
        explain::ClassMap,
        explain::Answer,
        explain::LensArgs,
        explain::LensRow,
        explain::Omitted,
        explain::Lens,
        explain::DropoutArgs,
        explain::Spread,
        explain::Passes,
        // Patches and features.
        explain::PatchColours,
        explain::NeighbourArgs,
        explain::Neighbour,
        explain::Neighbours,
        explain::DistillArgs,
        explain::Distilled,
        // Masks.
        explain::MaskArgs,
        explain::EncoderCost,
        // Cost, shifts, fresh networks, arithmetic.
        explain::CostArgs,
        explain::Cost,
        explain::AttentionCostArgs,
        explain::AttentionCost,
        explain::ShiftArgs,
        explain::ReadOutArgs,
        explain::ReadOut,
        explain::Stack,
        explain::Activation,
        explain::DepthArgs,
        explain::Depth,
        explain::ConvolutionArgs,
        explain::ConvolutionSize,
        explain::StackArgs,
        explain::Stacked,
        explain::PatchesArgs,
        explain::Patches,
        // Training.
        train::Experiment,
        train::Optimizer,
        train::Group,
        train::Teacher,
        train::Switches,
        train::Thrown,
        train::Spec,
        train::Taken,
        train::Needs,
        train::Computes,
        train::State<'static>,
        train::Measure,
        train::Gradient,
        train::Measured,
        train::Report,
        train::Forward,
        train::Anatomy,
        train::Stepped,
        train::Near,
        train::Vote,
    ];
    HEAD.to_owned() + &types
}

/// Writes the file where `VITRINE_WRITE_TYPES` is set, as `cargo xtask types` does.
#[test]
fn the_generated_types_are_those_of_the_crate() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/engine/generated.d.ts");
    let wanted = generated();
    if std::env::var_os("VITRINE_WRITE_TYPES").is_some() {
        std::fs::write(&file, &wanted).expect("www/engine can be written to");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(found == wanted, "www/engine/generated.d.ts is stale: run `cargo xtask types`");
}
