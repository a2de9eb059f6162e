//! The classifier applied before the end (the "logit lens", nostalgebraist 2020), and answers under dropout.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::network::{View, read};
use crate::nn::{Kind, Layout, Mode, NodeId, Op, Run};

use super::bad;

/// How many classes to name.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "LogitLensArgs", optional_fields = nullable))]
#[serde(default, deny_unknown_fields)]
pub struct LensArgs {
    /// Classes for each stage, 5 where none is given.
    pub k: Option<usize>,
}

/// How many passes to make.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default, deny_unknown_fields)]
pub struct DropoutArgs {
    /// Passes, 1 to 100; 10 where none is given.
    pub passes: Option<usize>,
    /// Classes to name, 5 where none is given.
    pub k: Option<usize>,
}

/// One class of an answer.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Answer {
    /// The class.
    pub index: usize,
    /// Its probability.
    pub probability: f32,
}

/// What the head says of one stage.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LensRow {
    /// The stage.
    pub stage: String,
    /// The most probable classes.
    pub top: Vec<Answer>,
}

/// A stage that the head cannot read.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Omitted {
    /// The stage.
    pub stage: String,
    /// Why.
    pub reason: String,
}

/// The head's answers along the network.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "LogitLens"))]
pub struct Lens {
    /// In order of computation.
    pub rows: Vec<LensRow>,
    /// The stages before, whose width is not the head's.
    pub omitted: Vec<Omitted>,
}

/// Answers of a network that drops at random.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "DropoutPasses"))]
pub struct Passes {
    /// The most probable classes of each pass.
    pub passes: Vec<Vec<Answer>>,
    /// The most probable classes of the mean over passes.
    pub mean: Vec<Spread>,
}

/// One class over all passes.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Spread {
    /// The class.
    pub index: usize,
    /// Mean probability.
    pub probability: f32,
    /// Standard deviation over passes.
    pub deviation: f32,
}

fn top(probabilities: &[f32], k: usize) -> Vec<Answer> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    order.into_iter().take(k).map(|index| Answer { index, probability: probabilities[index] }).collect()
}

impl View<'_> {
    /// What the network's own head answers when it is applied to each block: the final norm and head on a transformer's
    /// tokens, pooling and classifier on a convolutional map. Where the widths differ the stage is omitted.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without classes.
    pub async fn logit_lens(&self, image: Tensor<4>, args: &LensArgs) -> Result<Lens> {
        if self.bank.is_none() {
            self.has_logits()?;
        }
        let graph = self.graph();
        if matches!(graph.nodes[graph.output].op, Op::Join(_)) {
            return Err(bad(format!("{} has two heads, of which the answer is the mean", self.architecture().title())));
        }
        let last = self.before_head()?;
        let mut lens = Lens { rows: vec![], omitted: vec![] };
        let mut chosen: Vec<(&str, NodeId)> = vec![];
        let blocks = graph.stages.iter().any(|s| s.kind == Kind::Block);
        let kind = |k: Kind| if blocks { k == Kind::Block } else { matches!(k, Kind::Activation | Kind::Pool) };
        for stage in graph.stages.iter().filter(|s| s.node <= last && kind(s.kind)) {
            match self.fits_head(stage.node, last) {
                Ok(()) => chosen.push((&stage.name, stage.node)),
                Err(reason) => lens.omitted.push(Omitted { stage: stage.name.clone(), reason }),
            }
        }
        let nodes: Vec<NodeId> = chosen.iter().map(|c| c.1).collect();
        for ((name, _), value) in chosen.iter().zip(self.capture(image.narrow(0, 0, 1), &nodes)) {
            let answer = read(self.run(graph).value_from(vec![(last, value)], graph.output)).await?.data;
            let top = top(&self.probabilities(&answer)?, args.k.unwrap_or(5));
            lens.rows.push(LensRow { stage: (*name).to_owned(), top });
        }
        Ok(lens)
    }

    /// What the head reads: the input of the final norm, or of the pooling (flattening) before the classifier.
    fn before_head(&self) -> Result<NodeId> {
        let nodes = &self.graph().nodes;
        let mut node = self.graph().output;
        while let Some(&before) = nodes[node].inputs.first() {
            let layout = nodes[before].layout;
            let norm = matches!(nodes[node].op, Op::LayerNorm(_));
            if before > 0 && (norm || (layout == Layout::Nchw && !matches!(nodes[node].op, Op::AdaptiveAvgPool(_)))) {
                return Ok(self.before_pool(before));
            }
            node = before;
        }
        Err(bad(format!("{} has no stage that its head could read earlier", self.architecture().title())))
    }

    fn before_pool(&self, node: NodeId) -> NodeId {
        let n = &self.graph().nodes[node];
        if matches!(n.op, Op::AdaptiveAvgPool(_)) { n.inputs[0] } else { node }
    }

    fn fits_head(&self, node: NodeId, last: NodeId) -> std::result::Result<(), String> {
        let nodes = &self.graph().nodes;
        let (a, b) = (&nodes[node].shape, &nodes[last].shape);
        if nodes[node].layout != nodes[last].layout {
            return Err("its numbers lie otherwise than those that the head reads".to_owned());
        }
        let channel = if nodes[node].layout == Layout::Nchw { 1 } else { a.len() - 1 };
        if a[channel] != b[channel] {
            return Err(format!("it has {} channels, the head reads {}", a[channel], b[channel]));
        }
        // Only a mean over space makes maps of every size readable.
        let reader = nodes[last + 1..].iter().find(|n| n.inputs.contains(&last));
        let flat = reader.is_some_and(|n| matches!(n.op, Op::Flatten(_))) || nodes[node].layout == Layout::Tokens;
        if flat && a != b {
            return Err(format!("it is {a:?}, the head reads {b:?}"));
        }
        Ok(())
    }

    /// Answers with dropout at work, as in training (Gal and Ghahramani, ICML 2016).
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without dropout or classes, or a number of passes out of range.
    pub async fn dropout_passes(&self, image: Tensor<4>, args: &DropoutArgs) -> Result<Passes> {
        let graph = self.graph();
        let (count, k) = (args.passes.unwrap_or(10), args.k.unwrap_or(5));
        if !(1..=100).contains(&count) {
            return Err(bad(format!("the number of passes must be 1 to 100, not {count}")));
        }
        let Some(first) = graph.nodes.iter().find(|n| matches!(n.op, Op::Dropout(_))) else {
            return Err(bad(format!("{} has no dropout", self.architecture().title())));
        };
        let cut = self.cut(image.narrow(0, 0, 1), first.inputs[0]).into_iter();
        let given: Vec<_> = cut.map(|(n, v)| (n, self.as_given(n, v))).collect();
        let run = Run { mode: Mode::Stochastic, ..self.run(graph) };
        let (mut passes, mut sums) = (vec![], Vec::<[f64; 2]>::new());
        for _ in 0..count {
            let answer = read(run.value_from(given.clone(), graph.output)).await?.data;
            let probabilities = self.probabilities(&answer)?;
            sums.resize(probabilities.len(), [0.0; 2]);
            for (sum, &p) in sums.iter_mut().zip(&probabilities) {
                sum[0] += f64::from(p);
                sum[1] += f64::from(p).powi(2);
            }
            passes.push(top(&probabilities, k));
        }
        let n = count as f64;
        let means: Vec<f32> = sums.iter().map(|s| (s[0] / n) as f32).collect();
        let spread = |a: Answer| {
            let [sum, squares] = sums[a.index];
            let deviation = (squares / n - (sum / n).powi(2)).max(0.0).sqrt() as f32;
            Spread { index: a.index, probability: a.probability, deviation }
        };
        Ok(Passes { passes, mean: top(&means, k).into_iter().map(spread).collect() })
    }
}
