//! What models share: the graph they are stated in, its builder, its parameters on the device and its executor.
//!
//! `nn` and [`crate::ops`] are one layer: a graph is made of operations, and an operation's rules read the graph.

mod build;
mod fuse;
mod graph;
mod params;
mod run;
mod values;

pub use crate::ops::{Layout, Op, WindowMask};
pub use build::{Builder, Conv, Positions};
pub use graph::{Graph, Kind, Node, NodeId, Param, ParamId, Role, Stage};
pub(crate) use params::window_pairs;
pub use params::{Affine, Parameters, Sink};
pub use run::{BatchStatistics, Captured, Change, Context, Mode, Run};
pub use values::{Values, log_softmax, read, softmax};
