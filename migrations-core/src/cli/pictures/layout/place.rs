//! Where everything stands: each vertex as near to its neighbours as the order of its layer and the gaps allow.

use super::{Drawing, Grid, Point};

const SWEEPS: usize = 40;
const GAP: f64 = 14.0;
/// Between a node and a line that passes it, and between two lines.
const BESIDE: f64 = 9.0;
const LANE: f64 = 4.0;
/// Between two columns: at least this, and more where lines are steep.
const NARROWEST: f64 = 46.0;
const WIDEST: f64 = 130.0;

/// The vertical middle of each vertex.
pub(super) fn middles(grid: &Grid) -> Vec<f64> {
    let mut middles = vec![0.0; grid.sizes.len()];
    for layer in &grid.layers {
        let stack = stacked(grid, layer);
        let half = stack.last().copied().unwrap_or_default() / 2.0;
        layer.iter().zip(stack).for_each(|(vertex, at)| middles[*vertex] = at - half);
    }
    for sweep in 0..SWEEPS {
        match sweep % 4 {
            0 => grid.layers.iter().for_each(|layer| settle(grid, layer, &mut middles, &[&grid.left])),
            2 => grid.layers.iter().rev().for_each(|layer| settle(grid, layer, &mut middles, &[&grid.right])),
            _ => {
                let both = [&grid.left, &grid.right];
                grid.layers.iter().for_each(|layer| settle(grid, layer, &mut middles, &both));
            }
        }
    }
    let top = (0..grid.sizes.len()).map(|at| middles[at] - grid.sizes[at].height / 2.0).reduce(f64::min);
    middles.iter().map(|middle| middle - top.unwrap_or_default()).collect()
}

/// The middles of a layer's vertices when they stand as near to each other as they may.
fn stacked(grid: &Grid, layer: &[usize]) -> Vec<f64> {
    let mut at = 0.0;
    let mut stack = Vec::with_capacity(layer.len());
    for (place, vertex) in layer.iter().enumerate() {
        if place > 0 {
            at += distance(grid, layer[place - 1], *vertex);
        }
        stack.push(at);
    }
    stack
}

fn distance(grid: &Grid, upper: usize, lower: usize) -> f64 {
    let gap = match (upper < grid.nodes, lower < grid.nodes) {
        (true, true) => GAP,
        (false, false) => LANE,
        _ => BESIDE,
    };
    (grid.sizes[upper].height + grid.sizes[lower].height) / 2.0 + gap
}

/// Moves a layer's vertices to where their neighbours are: of all places that keep order and distances, those with
/// the least sum of squares of what is left to wish for (by pooling adjacent violators).
fn settle(grid: &Grid, layer: &[usize], middles: &mut [f64], sides: &[&Vec<Vec<usize>>]) {
    struct Block {
        sum: f64,
        weight: f64,
        members: usize,
    }
    let stack = stacked(grid, layer);
    let mut blocks: Vec<Block> = Vec::new();
    for (vertex, at) in layer.iter().zip(&stack) {
        let (wish, weight) = wish(grid, *vertex, middles, sides);
        let mut block = Block { sum: (wish - at) * weight, weight, members: 1 };
        while let Some(upper) = blocks.pop_if(|upper| upper.sum / upper.weight >= block.sum / block.weight) {
            block.sum += upper.sum;
            block.weight += upper.weight;
            block.members += upper.members;
        }
        blocks.push(block);
    }
    let shifts = blocks.iter().flat_map(|block| std::iter::repeat_n(block.sum / block.weight, block.members));
    for ((vertex, at), shift) in layer.iter().zip(&stack).zip(shifts) {
        middles[*vertex] = shift + at;
    }
}

/// Where a vertex would stand if it could, and how much that matters. Long lines should be straight.
fn wish(grid: &Grid, vertex: usize, middles: &[f64], sides: &[&Vec<Vec<usize>>]) -> (f64, f64) {
    let (mut sum, mut total) = (0.0, 0.0);
    for neighbour in sides.iter().flat_map(|side| &side[vertex]) {
        let weight = match (vertex < grid.nodes, *neighbour < grid.nodes) {
            (true, true) => 1.0,
            (false, false) => 8.0,
            _ => 2.0,
        };
        sum += middles[*neighbour] * weight;
        total += weight;
    }
    if total > 0.0 { (sum / total, total) } else { (middles[vertex], 0.1) }
}

/// Gives the layers their columns, and the lines their ways.
pub(super) fn drawing(grid: &Grid, middles: &[f64]) -> Drawing {
    let columns = columns(grid, middles);
    let corner = |node: usize| Point {
        x: columns[grid.layer[node]].0,
        y: middles[node] - grid.sizes[node].height / 2.0,
    };
    let bottom = |at: usize| middles[at] + grid.sizes[at].height / 2.0;
    Drawing {
        nodes: (0..grid.nodes).map(corner).collect(),
        lines: grid.ways.iter().map(|way| line(grid, way, &columns, middles)).collect(),
        width: columns.last().map_or(0.0, |column| column.1),
        height: (0..grid.sizes.len()).map(bottom).fold(0.0, f64::max),
    }
}

/// The left and the right end of each column.
fn columns(grid: &Grid, middles: &[f64]) -> Vec<(f64, f64)> {
    let mut columns = Vec::with_capacity(grid.layers.len());
    let mut left = 0.0;
    for layer in &grid.layers {
        let right = left + layer.iter().map(|vertex| grid.sizes[*vertex].width).fold(0.0, f64::max);
        columns.push((left, right));
        let steps = layer
            .iter()
            .flat_map(|from| grid.right[*from].iter().map(|to| (middles[*from] - middles[*to]).abs()));
        left = right + (steps.fold(0.0, f64::max) / 6.0).clamp(NARROWEST, WIDEST);
    }
    columns
}

fn line(grid: &Grid, way: &[usize], columns: &[(f64, f64)], middles: &[f64]) -> Vec<Point> {
    let mut points = Vec::with_capacity(way.len() * 2);
    for (at, vertex) in way.iter().enumerate() {
        let (left, right) = columns[grid.layer[*vertex]];
        let right = if *vertex < grid.nodes { left + grid.sizes[*vertex].width } else { right };
        let y = middles[*vertex];
        points.extend((at > 0).then_some(Point { x: left, y }));
        points.extend((at + 1 < way.len()).then_some(Point { x: right, y }));
    }
    points
}
