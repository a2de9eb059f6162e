//! How many multiply-adds a second a network's stages reach, against what the same engine reaches in one large product.

use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::bad;
use crate::error::Result;
use crate::network::{View, read};
use crate::nn::{Builder, Graph, Kind, NodeId, Parameters, Run, Sink};
use crate::random::Random;

/// How often.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct ThroughputArgs {
    /// Passes that are timed, after one that is not; the median of each step counts.
    pub passes: usize,
}

impl Default for ThroughputArgs {
    fn default() -> Self {
        Self { passes: 3 }
    }
}

const PASSES: std::ops::RangeInclusive<usize> = 1..=50;

/// What multiply-adds take.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// How many there are.
    pub multiply_adds: u64,
    /// Milliseconds.
    pub ms: f64,
    /// Multiply-adds a second; 0 where the clock saw no time pass.
    pub rate: f64,
}

impl Work {
    fn new(multiply_adds: u64, ms: f64) -> Self {
        let rate = if ms > 0.0 { multiply_adds as f64 / ms * 1e3 } else { 0.0 };
        Self { multiply_adds, ms, rate }
    }
}

/// One stage's.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StageWork {
    /// Its name.
    pub stage: String,
    /// Of the stage and its parts.
    #[serde(flatten)]
    pub work: Work,
    /// Its rate over that of the large product.
    pub share: f64,
}

/// That of all steps of a kind.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KindWork {
    /// What the steps end in.
    pub kind: Kind,
    /// Of all of them.
    #[serde(flatten)]
    pub work: Work,
    /// Their rate over that of the large product.
    pub share: f64,
}

/// A network's work, step by step.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Throughput {
    /// Rows and columns of both matrices of the large product.
    pub side: usize,
    /// The large product.
    pub product: Work,
    /// The stages that multiply, in order of computation; a module comes after its parts.
    pub stages: Vec<StageWork>,
    /// All steps by what they end in, from the longest to the shortest.
    pub kinds: Vec<KindWork>,
}

/// Rows and columns of the matrices: beyond this a product is not faster on a CPU, and takes so long there that whatever
/// else runs on the machine gets in between.
const SIDE: usize = 512;

/// A product of two square matrices, stated and computed as a network's linear layer is.
pub struct LargeProduct {
    graph: Graph,
    params: Parameters,
    /// The node whose value the layer reads.
    tokens: NodeId,
    /// That value, `[1, 1, SIDE, SIDE]`.
    input: Tensor<4>,
}

impl LargeProduct {
    /// On the device of a network.
    ///
    /// # Errors
    ///
    /// None but those of a fault of this module.
    pub fn new(like: &Parameters) -> Result<Self> {
        let mut g = Builder::new(SIDE, SIDE, 1);
        let tokens = g.patchify(g.input(), 1);
        let output = g.linear_no_bias("product", tokens, SIDE);
        let graph = g.finish(output)?;
        let mut random = Random::new(1);
        let mut numbers = || random.uniform(SIDE * SIDE, 1.0);
        let mut sink = Sink::new(&graph, like.device(), like.gpu());
        sink.put(0, 0, numbers())?;
        let input = Tensor::from_data(TensorData::new(numbers(), [1, 1, SIDE, SIDE]), like.device());
        Ok(Self { graph, params: sink.finish()?, tokens, input })
    }

    /// Computes it, and waits until the device has.
    ///
    /// # Errors
    ///
    /// `DeviceLost` when the device does not answer.
    pub async fn run(&self) -> Result<f32> {
        let given = vec![(self.tokens, self.input.clone())];
        let product = Run::new(&self.graph, &self.params).value_from(given, self.graph.output);
        Ok(read(product.slice([0..1, 0..1, 0..1, 0..1])).await?.data[0])
    }

    fn multiply_adds(&self) -> u64 {
        self.graph.multiply_adds(self.graph.output)
    }
}

/// A part of a forward pass that was timed: its nodes, and the one that it counts for.
#[derive(Debug, Clone, Copy)]
struct Step {
    first: NodeId,
    last: NodeId,
    counted: NodeId,
    ms: f64,
}

impl View<'_> {
    /// Times a photo's pass step by step, and sets each stage's multiply-adds against its time; `product` has been
    /// timed by the caller, in milliseconds.
    ///
    /// # Errors
    ///
    /// `BadInput` for a number of passes out of range, `DeviceLost` when the device does not answer.
    pub async fn throughput(
        &self,
        image: Tensor<4>,
        args: &ThroughputArgs,
        product: (&LargeProduct, f64),
        now: impl Fn() -> f64,
    ) -> Result<Throughput> {
        if !PASSES.contains(&args.passes) {
            return Err(bad(format!("passes must be {} to {}, not {}", PASSES.start(), PASSES.end(), args.passes)));
        }
        let steps = self.steps(image, args.passes, &now).await?;
        let product = Work::new(product.0.multiply_adds(), product.1);
        let share = |work: &Work| if product.rate > 0.0 { work.rate / product.rate } else { 0.0 };
        Ok(Throughput { side: SIDE, product, stages: self.by_stage(&steps, share), kinds: self.by_kind(&steps, share) })
    }

    /// The steps of a pass with the median of their times, after a pass that is not counted.
    async fn steps(&self, image: Tensor<4>, passes: usize, now: &impl Fn() -> f64) -> Result<Vec<Step>> {
        self.timed(image.clone(), now).await?;
        let mut all = vec![];
        for _ in 0..passes {
            all.push(self.timed(image.clone(), now).await?);
        }
        let mut first = 0;
        let steps = self.step_ends().into_iter().enumerate().map(|(at, last)| {
            let mut times: Vec<f64> = all.iter().map(|pass| pass[at].1).collect();
            times.sort_by(f64::total_cmp);
            let step = Step { first, last, counted: all[0][at].0, ms: times[times.len() / 2] };
            first = last + 1;
            step
        });
        Ok(steps.collect())
    }

    fn by_stage(&self, steps: &[Step], share: impl Fn(&Work) -> f64) -> Vec<StageWork> {
        let graph = self.graph();
        let rows = graph.stages.iter().zip(crate::observe::first_nodes(graph)).map(|(stage, first)| {
            let multiply_adds = (first..=stage.node).map(|n| graph.multiply_adds(n)).sum();
            let ms = steps.iter().filter(|step| (first..=stage.node).contains(&step.counted)).map(|step| step.ms).sum();
            let work = Work::new(multiply_adds, ms);
            StageWork { stage: stage.name.clone(), share: share(&work), work }
        });
        rows.filter(|row| row.work.multiply_adds > 0).collect()
    }

    fn by_kind(&self, steps: &[Step], share: impl Fn(&Work) -> f64) -> Vec<KindWork> {
        let graph = self.graph();
        let mut kinds: Vec<(Kind, u64, f64)> = vec![];
        for step in steps {
            // A module may end where its last part does; the part comes first.
            let kind = graph.stages.iter().find(|s| s.node == step.counted).map_or(Kind::Output, |s| s.kind);
            let multiply_adds: u64 = (step.first..=step.last).map(|n| graph.multiply_adds(n)).sum();
            match kinds.iter_mut().find(|(of, ..)| *of == kind) {
                Some((_, sum, ms)) => (*sum, *ms) = (*sum + multiply_adds, *ms + step.ms),
                None => kinds.push((kind, multiply_adds, step.ms)),
            }
        }
        kinds.sort_by(|(.., a), (.., b)| b.total_cmp(a));
        let rows = kinds.into_iter().map(|(kind, multiply_adds, ms)| {
            let work = Work::new(multiply_adds, ms);
            KindWork { kind, share: share(&work), work }
        });
        rows.collect()
    }
}
