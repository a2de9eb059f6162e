//! Training of the stated networks: small experiments that can be watched, rewound and forked, in the page and
//! natively.
//!
//! A network in training is the `nn::Graph` that inference runs; its parameters are leaves of burn's autodiff, its
//! batch norms take the statistics of the batch. Everything that is drawn comes from the seed of the run's description
//! ([`Spec`]), so that the same description gives the same weights, to the bit on one build.

mod checkpoints;
mod classify;
mod data;
mod dino;
mod experiment;
mod learner;
mod leaves;
mod loss;
mod mae;
mod optimize;
mod patches;
mod photos;
mod pretrained;
mod probe;
mod report;
mod run;
mod save;
mod shipped;
mod spec;
#[cfg(test)]
mod tests;

pub use checkpoints::Checkpoint;
pub use data::{Augment, Card, Crop, Images, Set};
pub use dino::crops as views;
pub use experiment::{Needs, Taken, channels, pipeline, sheets};
pub use optimize::Optimizer;
pub use photos::Photos;
pub use pretrained::Pretrained;
pub use probe::{Guess, Named, Near, Vote};
pub use report::{Computes, Gradient, Measure, Measured, Report, State};
pub use run::{Anatomy, Data, Forward, Run, Stepped};
pub use spec::{Experiment, Group, Spec, Switches, Teacher, Thrown};
