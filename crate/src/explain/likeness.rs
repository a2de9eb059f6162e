//! What resembles what: patches, position embeddings and whole photos by the cosine of their vectors, and patches by
//! their principal components.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::models::dino::Bank;
use crate::network::{Values, View, read};
use crate::nn::{Layout, NodeId, Op};

use super::bad;
use super::pca::components;
use super::positions::{TokenGrid, token_grid};

/// Photos that were sorted into groups, and one that was not.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct NeighbourArgs {
    /// Features of each sorted photo.
    pub features: Vec<Vec<f32>>,
    /// The group of each.
    pub groups: Vec<usize>,
    /// Features of the other photo.
    pub query: Vec<f32>,
    /// How many neighbours vote.
    pub k: usize,
}

/// One photo beside the query.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Neighbour {
    /// Its place among the sorted photos.
    pub photo: usize,
    /// The cosine of its features and the query's, both without the mean of the sorted photos' features.
    pub similarity: f32,
    /// Whether it votes.
    pub votes: bool,
}

/// Where a photo belongs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Neighbours {
    /// All photos, the most similar first.
    pub nearest: Vec<Neighbour>,
    /// Each group's share of the votes.
    pub shares: Vec<f32>,
    /// The group with the most.
    pub group: usize,
}

/// Patches as points in three directions.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PatchColours {
    /// `[3, height, width]`: coordinates along the three directions of most variance.
    #[serde(skip)]
    pub coordinates: Values,
    /// Each direction's share of the variance among the patches.
    pub shares: Vec<f64>,
}

pub(super) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>();
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths > 0.0 { (dot(a, b) / lengths) as f32 } else { 0.0 }
}

/// Takes the mean of all vectors off each.
fn centre(vectors: &mut [Vec<f32>]) {
    let width = vectors.first().map_or(0, Vec::len);
    for i in 0..width {
        let mean = vectors.iter().map(|v| f64::from(v[i])).sum::<f64>() / vectors.len() as f64;
        vectors.iter_mut().for_each(|v| v[i] = (f64::from(v[i]) - mean) as f32);
    }
}

/// The cosine of every row of `from` with every row of `to`.
fn cosines(from: &[&[f32]], to: &[&[f32]]) -> Vec<f32> {
    from.iter().flat_map(|a| to.iter().map(move |b| cosine(a, b))).collect()
}

/// Sorts photos by likeness and lets the nearest vote, weighted as in DINO's evaluation.
///
/// What all photos have in common is subtracted first (SimpleShot, Wang et al. 2019, arXiv:1911.04623): of a few
/// photos' features it is nearly everything, and says nothing of which are alike.
///
/// # Errors
///
/// `BadInput` where there is no photo, or features differ in length.
pub fn neighbours(args: &NeighbourArgs) -> Result<Neighbours> {
    let width = args.query.len();
    let fits = args.features.iter().all(|f| f.len() == width) && args.groups.len() == args.features.len();
    if args.features.is_empty() || width == 0 || !fits || args.k == 0 {
        return Err(bad("neighbours need one or more photos with a group each, and features of equal length"));
    }
    let count = args.features.len() as f32;
    let mean: Vec<f32> = (0..width).map(|i| args.features.iter().map(|f| f[i]).sum::<f32>() / count).collect();
    let around = |features: &[f32]| features.iter().zip(&mean).map(|(x, m)| x - m).collect::<Vec<f32>>();
    let query = around(&args.query);
    let similar = |(photo, features): (usize, &Vec<f32>)| (photo, cosine(&around(features), &query));
    let mut order: Vec<(usize, f32)> = args.features.iter().enumerate().map(similar).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let voters: Vec<(f32, usize)> = order.iter().take(args.k).map(|&(photo, s)| (s, args.groups[photo])).collect();
    let shares = Bank::votes(&voters, args.groups.iter().max().map_or(0, |most| most + 1));
    let nearest = order.iter().enumerate();
    let nearest = nearest.map(|(i, &(photo, similarity))| Neighbour { photo, similarity, votes: i < args.k }).collect();
    Ok(Neighbours { nearest, group: super::largest(&shares), shares })
}

impl View<'_> {
    /// The last value that has a vector for every patch.
    fn patch_node(&self) -> Result<(NodeId, TokenGrid)> {
        let graph = self.graph();
        let tokens = |node: &NodeId| matches!(graph.nodes[*node].layout, Layout::Tokens | Layout::Nhwc);
        let whole = |node: NodeId| {
            let found = token_grid(graph, node)?;
            (found.patch_of.iter().flatten().count() == found.height * found.width).then_some((node, found))
        };
        // Tokens that are the answer themselves hold pixels.
        let vectors = graph.nodes[graph.output].layout != Layout::Tokens;
        let found = (0..graph.nodes.len()).rev().filter(|_| vectors).filter(tokens).find_map(whole);
        found.ok_or_else(|| bad(format!("{} has no patch vectors", self.architecture().title())))
    }

    /// Vectors of one image's patches, row by row in their grid.
    async fn patch_vectors(&self, image: Tensor<4>, node: NodeId, grid: &TokenGrid) -> Result<Vec<Vec<f32>>> {
        let values = read(self.capture(image, &[node]).remove(0)).await?;
        let width = values.shape[3];
        let mut patches = vec![vec![]; grid.height * grid.width];
        for (home, vector) in grid.patch_of.iter().zip(values.data.chunks_exact(width)) {
            if let Some(home) = home {
                patches[*home] = vector.to_vec();
            }
        }
        Ok(patches)
    }

    /// `[patches, images, height, width]`: the cosine of every patch of the first image with every patch of all, each
    /// without the mean of all these patches.
    ///
    /// What all patches share is most of each: without the mean taken off, the cosines of DINO's lie between 0.99 and
    /// 1, and say little of which patches are alike.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without patches.
    pub async fn similarity(&self, images: Tensor<4>) -> Result<Values> {
        let (node, grid) = self.patch_node()?;
        let count = images.dims()[0];
        let mut patches = vec![];
        for i in 0..count {
            patches.extend(self.patch_vectors(images.clone().narrow(0, i, 1), node, &grid).await?);
        }
        centre(&mut patches);
        let rows: Vec<&[f32]> = patches.iter().map(Vec::as_slice).collect();
        let (height, width) = (grid.height, grid.width);
        let data = cosines(&rows[..height * width], &rows);
        Ok(Values { data, shape: vec![height * width, count, height, width] })
    }

    /// The patches of an image along the three directions in which their vectors differ most.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without patches.
    pub async fn pca(&self, image: Tensor<4>) -> Result<PatchColours> {
        let (node, grid) = self.patch_node()?;
        let patches = self.patch_vectors(image.narrow(0, 0, 1), node, &grid).await?;
        let found = components(&patches.iter().map(Vec::as_slice).collect::<Vec<_>>(), 3);
        let shape = vec![3, grid.height, grid.width];
        let coordinates = Values { data: found.coordinates.concat(), shape };
        Ok(PatchColours { coordinates, shares: found.shares })
    }

    /// `[patches, height, width]`: the cosine of every patch's position embedding with all others' (figure 7, centre,
    /// of the ViT paper).
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without position embeddings.
    pub async fn position_similarity(&self) -> Result<Values> {
        let position = self.graph().nodes.iter().find_map(|node| match node.op {
            Op::AddPosition(add) => Some((add, node.shape[1])),
            _ => None,
        });
        let none = || bad(format!("{} has no position embeddings", self.architecture().title()));
        let (add, tokens) = position.ok_or_else(none)?;
        let table = read(add.of_tokens(self.params().tokens(add.position), tokens)).await?;
        let [.., width] = table.shape[..] else { return Err(none()) };
        // What stands in front, a class token, is no place of the grid.
        let patches: Vec<&[f32]> = table.data.chunks_exact(width).skip(add.front - add.skip).collect();
        let side = patches.len().isqrt();
        Ok(Values { data: cosines(&patches, &patches), shape: vec![side * side, side, side] })
    }

    /// What the network makes of a photo before it names anything: what its last layer reads, its answer where it has
    /// no such layer, and for MAE the mean over all patches after the encoder, none of them hidden.
    ///
    /// # Errors
    ///
    /// `DeviceLost` when the device does not answer.
    pub async fn features(&self, image: Tensor<4>) -> Result<Vec<f32>> {
        let image = image.narrow(0, 0, 1);
        if let Some(encoder) = self.whole_encoder()? {
            let tokens = self.run(&encoder.graph).value(image, encoder.node);
            let [_, _, n, _] = tokens.dims();
            return Ok(read(tokens.narrow(2, 1, n - 1).mean_dim(2)).await?.data);
        }
        let graph = self.graph();
        let answer = &graph.nodes[graph.output];
        let node = if let Op::Linear(_) = answer.op { answer.inputs[0] } else { graph.output };
        Ok(read(self.capture(image, &[node]).remove(0)).await?.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosines_of_known_angles() {
        assert!((cosine(&[3.0, 4.0], &[6.0, 8.0]) - 1.0).abs() < 1e-6);
        assert!(cosine(&[1.0, 0.0], &[0.0, 2.0]).abs() < 1e-6);
        assert!((cosine(&[1.0, 0.0], &[-1.0, 1.0]) + 0.5f32.sqrt()).abs() < 1e-6);
        assert!(cosine(&[0.0, 0.0], &[1.0, 0.0]).abs() < 1e-6);
    }

    /// Around their mean (5, 5) the photos lie at (1, 0), (0, 1), (-1, 0) and (0, -1), the query at (3, 4).
    fn sorted(k: usize) -> Neighbours {
        let features = vec![vec![6.0, 5.0], vec![5.0, 6.0], vec![4.0, 5.0], vec![5.0, 4.0]];
        neighbours(&NeighbourArgs { features, groups: vec![0, 1, 0, 1], query: vec![8.0, 9.0], k }).unwrap()
    }

    #[test]
    fn the_nearest_photos_vote() {
        let found = sorted(1);
        assert_eq!(found.nearest.iter().map(|n| n.photo).collect::<Vec<_>>(), [1, 0, 2, 3]);
        assert_eq!(found.nearest.iter().map(|n| n.votes).collect::<Vec<_>>(), [true, false, false, false]);
        for (near, want) in found.nearest.iter().zip([0.8, 0.6, -0.6, -0.8]) {
            assert!((near.similarity - want).abs() < 1e-6);
        }
        assert_eq!((found.group, found.shares), (1, vec![0.0, 1.0]));
    }

    #[test]
    fn nearer_photos_weigh_more() {
        // Two votes, by exp(cosine / 0.07): what matters is their difference.
        let far = (-0.2f32 / 0.07).exp();
        assert!((sorted(2).shares[0] - far / (1.0 + far)).abs() < 1e-5);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let none = NeighbourArgs { features: vec![], groups: vec![], query: vec![1.0], k: 3 };
        assert!(neighbours(&none).is_err());
        let uneven = NeighbourArgs { features: vec![vec![1.0, 2.0]], groups: vec![0], query: vec![1.0], k: 3 };
        assert!(neighbours(&uneven).is_err());
    }
}
