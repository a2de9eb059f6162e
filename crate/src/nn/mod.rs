//! What models share: the graph they are stated in, its builder, its parameters on the device and its executor.

mod build;
mod count;
mod graph;
mod ops;
mod params;
mod position;
mod run;

pub use build::{Builder, Conv};
pub use graph::{Graph, Kind, Layout, Node, NodeId, Op, Param, ParamId, Role, Stage, WindowMask};
pub use params::{Parameters, Sink};
pub use run::{Captured, Change, Feed, Run, normalize_then_pool};
