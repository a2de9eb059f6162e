//! The network as a picture, laid out from the stated graph alone: columns from left to right in the order in which
//! they depend on each other, and inside each column its parts in the same manner, down to single operations.
//!
//! One rule serves every network. A column is a block, a module with parts, or a convolution (linear layer, pooling)
//! with the normalization and activation that follow it. Parts stand in layers by their longest path from the module's
//! input (Sugiyama, Tagawa, Toda, 1981); parts of one layer, as queries, keys and values, stand above each other.

use serde::Serialize;

use crate::explain::positions::{map_size, token_grid};
use crate::network::View;
use crate::nn::{Graph, Kind, Layout, NodeId, Op};
use crate::observe::{StageInfo, first_nodes, stages};
use crate::ops::AttentionWeights;

/// What a column's tiles are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Tiles {
    /// A channel each, on the photo's grid.
    Maps,
    /// An attention head each: where it looks.
    Heads,
    /// One row of numbers.
    Vector,
    /// Numbers that lie nowhere on the photo.
    Table,
}

/// Windows that attention stays within.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "LayoutWindows"))]
pub struct Windows {
    /// Patches on a side.
    pub size: usize,
    /// By how many patches they are shifted.
    pub shift: usize,
}

/// A part of the picture: a column or what stands inside one.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "LayoutItem"))]
pub struct Item {
    /// Its name among all items: a module path; with a "+" behind it where a column holds several plain operations.
    pub id: String,
    /// The module path that names it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The stage that it is the result of.
    pub stage: String,
    /// The stage whose numbers stand for it: of a transformer's block its attention weights.
    pub shows: String,
    /// How they are drawn.
    pub tiles: Tiles,
    /// How many maps, heads or numbers there are.
    pub count: usize,
    /// Rows and columns of a map.
    pub grid: [usize; 2],
    /// Windows of the attention that is shown.
    pub windows: Option<Windows>,
    /// Shape of the stage's value.
    pub shape: Vec<usize>,
    /// Learned values.
    pub parameters: usize,
    /// Multiply-adds for one image.
    pub multiply_adds: u64,
    /// The group of blocks it is in: its path and its place among all groups, from 1.
    pub layer: Option<(String, usize)>,
    /// Which block of its group it is, from 1.
    pub block: Option<usize>,
    /// From left to right, as shares of the picture's width.
    pub x: [f32; 2],
    /// From top to bottom, as shares of its height.
    pub y: [f32; 2],
    /// The stages that it reads.
    pub from: Vec<String>,
    /// What stands inside.
    pub parts: Vec<Item>,
}

/// A skip connection: the value of `from` is added at `to`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "LayoutSkip"))]
pub struct Skip {
    /// Name of a stage; "" is the photo.
    pub from: String,
    /// Name of the sum's stage.
    pub to: String,
    /// The stage that projects it on the way, where the shapes differ.
    pub via: Option<String>,
}

/// The whole picture.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Layout"))]
pub struct Scene {
    /// Columns from left to right.
    pub items: Vec<Item>,
    /// Skip connections.
    pub skips: Vec<Skip>,
}

/// Width of a column that holds numbers without places, beside one that holds maps.
const NARROW: f32 = 0.8;

impl View<'_> {
    /// Where everything stands in the picture of this network.
    pub fn layout(&self) -> Scene {
        let graph = self.graph();
        let drawing = Drawing { graph, info: stages(graph), first: first_nodes(graph) };
        let mut items = drawing.columns();
        let widths: Vec<f32> = items.iter().map(|i| if i.tiles == Tiles::Vector { NARROW } else { 1.0 }).collect();
        let whole: f32 = widths.iter().sum();
        let mut left = 0.0;
        for (item, width) in items.iter_mut().zip(widths) {
            drawing.place(item, [left / whole, (left + width) / whole], [0.0, 1.0]);
            left += width;
        }
        Scene { items, skips: drawing.skips() }
    }
}

struct Drawing<'a> {
    graph: &'a Graph,
    info: Vec<StageInfo<'a>>,
    first: Vec<NodeId>,
}

impl Drawing<'_> {
    /// The stages directly inside a module ("" is the network), as indices.
    fn inside(&self, module: &str) -> Vec<usize> {
        let names = &self.graph.stages;
        let parent = |name: &str| {
            let within = |other: &str| name.strip_prefix(other).is_some_and(|rest| rest.starts_with('.'));
            names.iter().map(|s| s.name.as_str()).filter(|other| within(other)).max_by_key(|other| other.len())
        };
        (0..names.len()).filter(|&i| parent(&names[i].name).unwrap_or("") == module).collect()
    }

    fn columns(&self) -> Vec<Item> {
        let mut columns = vec![];
        let mut layers = 0;
        for stage in self.inside("") {
            if self.info[stage].kind != Kind::Layer {
                columns.push(self.item(stage, None));
                continue;
            }
            let name = self.info[stage].name;
            let parts = self.inside(name);
            let has_blocks = parts.iter().any(|&p| self.info[p].kind == Kind::Block);
            layers += usize::from(has_blocks);
            let mut blocks = 0;
            for part in parts {
                let block = self.info[part].kind == Kind::Block;
                blocks += usize::from(block);
                let mut item = self.item(part, has_blocks.then(|| (name.to_owned(), layers)));
                item.block = block.then_some(blocks);
                columns.push(item);
            }
        }
        let mut blocks = 0;
        for column in columns.iter_mut().filter(|c| c.kind == Kind::Block && c.layer.is_none()) {
            blocks += 1;
            column.block = Some(blocks);
        }
        self.grouped(columns)
    }

    /// A plain operation and the normalizations and activations after it become one column.
    fn grouped(&self, columns: Vec<Item>) -> Vec<Item> {
        let mut groups: Vec<Vec<Item>> = vec![];
        let mut open = false;
        for column in columns {
            let follows =
                matches!(column.kind, Kind::Norm | Kind::Activation | Kind::Reshape | Kind::Dropout | Kind::Embedding);
            let plain = column.parts.is_empty();
            let joins = open
                && plain
                && groups.last().is_some_and(|g| {
                    g[0].layer == column.layer && (follows || g.iter().all(|i| i.kind == Kind::Dropout))
                });
            match groups.last_mut().filter(|_| joins) {
                Some(group) => group.push(column),
                None => groups.push(vec![column]),
            }
            open = plain;
        }
        groups.into_iter().map(|group| self.one_column(group)).collect()
    }

    fn one_column(&self, mut group: Vec<Item>) -> Item {
        if group.len() == 1 {
            return group.remove(0);
        }
        let head = group.iter().find(|i| i.kind != Kind::Dropout).unwrap_or(&group[0]).clone();
        let last = group[group.len() - 1].clone();
        Item {
            id: format!("{}+", head.name),
            name: head.name,
            kind: head.kind,
            layer: head.layer,
            parameters: group.iter().map(|i| i.parameters).sum(),
            multiply_adds: group.iter().map(|i| i.multiply_adds).sum(),
            from: group[0].from.clone(),
            parts: group,
            ..last
        }
    }

    fn item(&self, stage: usize, layer: Option<(String, usize)>) -> Item {
        let info = &self.info[stage];
        let inner = self.inside(info.name);
        // A module around one operation is that operation.
        let parts: Vec<Item> =
            if inner.len() > 1 { inner.iter().map(|&p| self.item(p, None)).collect() } else { vec![] };
        let node = self.shown(stage);
        let (tiles, count, grid) = self.tiles_of(node);
        let shows = self.info.iter().rev().zip(self.graph.stages.iter().rev()).find(|(_, s)| s.node == node);
        let shows =
            if node == self.graph.stages[stage].node { info.name } else { shows.map_or(info.name, |(i, _)| i.name) };
        Item {
            id: info.name.to_owned(),
            name: info.name.to_owned(),
            kind: info.kind,
            stage: info.name.to_owned(),
            shows: shows.to_owned(),
            tiles,
            count,
            grid,
            windows: self.windows(node),
            shape: info.shape.to_vec(),
            parameters: info.parameters,
            multiply_adds: info.multiply_adds,
            layer,
            block: None,
            x: [0.0, 1.0],
            y: [0.0, 1.0],
            from: info.from.iter().map(|name| self.inner_name(name)).collect(),
            parts,
        }
    }

    /// A group of blocks is no item: the last of them has its value.
    fn inner_name(&self, name: &str) -> String {
        let stages = &self.graph.stages;
        let node = stages.iter().find(|s| s.name == name).map(|s| s.node);
        let item = stages.iter().rev().find(|s| Some(s.node) == node && s.kind != Kind::Layer);
        item.map_or(name, |s| &s.name).to_owned()
    }

    /// Of a module with attention heads of its own their weights, else its own value.
    fn shown(&self, stage: usize) -> NodeId {
        let node = self.graph.stages[stage].node;
        if self.first[stage] == node {
            return node;
        }
        let weights = |n: &NodeId| matches!(self.graph.nodes[*n].op, Op::AttentionWeights(_));
        let mut found = (self.first[stage]..node).filter(weights);
        found.next().filter(|_| found.next().is_none()).unwrap_or(node)
    }

    fn tiles_of(&self, node: NodeId) -> (Tiles, usize, [usize; 2]) {
        let n = &self.graph.nodes[node];
        let last = n.shape[n.shape.len() - 1];
        if n.layout == Layout::Vector {
            return (Tiles::Vector, last, [last, 1]);
        }
        if let Some((rows, columns)) = map_size(self.graph, node) {
            let channels = if n.layout == Layout::Nchw { n.shape[1] } else { last };
            return (Tiles::Maps, channels, [rows, columns]);
        }
        let Some(tokens) = token_grid(self.graph, node) else {
            return (Tiles::Table, 1, [n.shape[n.shape.len() - 2], last]);
        };
        let grid = [tokens.height, tokens.width];
        match (n.layout, &n.op) {
            (_, Op::AttentionWeights(_)) => (Tiles::Heads, n.shape[1], grid),
            (Layout::Heads, _) => (Tiles::Maps, n.shape[1] * last, grid),
            _ => (Tiles::Maps, last, grid),
        }
    }

    fn windows(&self, node: NodeId) -> Option<Windows> {
        let n = &self.graph.nodes[node];
        let Op::AttentionWeights(AttentionWeights { mask, relative_bias: Some(_), .. }) = n.op else { return None };
        Some(Windows { size: n.shape[2].isqrt(), shift: mask.map_or(0, |m| m.shift) })
    }

    /// Puts an item and all that is inside it into a rectangle.
    fn place(&self, item: &mut Item, x: [f32; 2], y: [f32; 2]) {
        (item.x, item.y) = (x, y);
        let ranks = self.ranks(&item.parts);
        let columns = ranks.iter().max().map_or(0, |last| last + 1);
        let within = |[from, to]: [f32; 2], i: usize, n: usize| {
            let step = (to - from) / n as f32;
            [from + step * i as f32, from + step * (i + 1) as f32]
        };
        for (i, part) in item.parts.iter_mut().enumerate() {
            let lanes = ranks.iter().filter(|&&r| r == ranks[i]).count();
            let lane = ranks[..i].iter().filter(|&&r| r == ranks[i]).count();
            self.place(part, within(x, ranks[i], columns), within(y, lane, lanes));
        }
    }

    /// The layer of each part: one more than that of the last part that it reads from.
    #[expect(clippy::expect_used, reason = "items are made of the graph's own stages")]
    fn ranks(&self, parts: &[Item]) -> Vec<usize> {
        let range = |item: &Item| {
            let of = |name: &str| self.graph.stages.iter().position(|s| s.name == name).expect("an item is a stage");
            (self.first[of(&item.stage)], self.graph.stages[of(&item.stage)].node)
        };
        let ranges: Vec<(NodeId, NodeId)> = parts.iter().map(range).collect();
        let begin = ranges.iter().map(|r| r.0).min().unwrap_or(0);
        let mut ranks = vec![0; parts.len()];
        for (i, &(first, last)) in ranges.iter().enumerate() {
            let mut read: Vec<NodeId> = (first..=last).flat_map(|n| self.graph.nodes[n].inputs.clone()).collect();
            // What has no name of its own, as a reshaping, stands with what it was made from.
            while let Some(node) = read.pop() {
                match ranges[..i].iter().position(|&(from, to)| (from..=to).contains(&node)) {
                    Some(source) => ranks[i] = ranks[i].max(ranks[source] + 1),
                    None if node < begin || (first..=last).contains(&node) => {}
                    None => read.extend(&self.graph.nodes[node].inputs),
                }
            }
        }
        ranks
    }

    fn skips(&self) -> Vec<Skip> {
        let sums = self.graph.stages.iter().filter(|s| s.kind == Kind::Add);
        let at = |node: NodeId| self.graph.stages.iter().rev().find(|s| s.node == node);
        let named = |node: NodeId| at(node).map(|s| self.inner_name(&s.name));
        let skip = |sum: &crate::nn::Stage| {
            let shortcut = self.graph.nodes[sum.node].inputs[1];
            let mut source = shortcut;
            while matches!(self.graph.nodes[source].op, Op::Conv2d(_) | Op::BatchNorm(_)) {
                source = self.graph.nodes[source].inputs[0];
            }
            let via = if source == shortcut { None } else { named(shortcut) };
            Skip { from: named(source).unwrap_or_default(), to: sum.name.clone(), via }
        };
        sums.map(skip).collect()
    }
}
