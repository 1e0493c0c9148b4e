//! Which layer a node stands in, and the bends of the lines that pass other layers.

use super::{Grid, Size};
use crate::cli::pictures::Link;

/// How much room a line takes in a layer that it passes.
const LANE: Size = Size { width: 0.0, height: 4.0 };

impl Grid {
    pub(super) fn new(sizes: &[Size], order: &[usize], links: &[Link]) -> Grid {
        let layer = layers(order, links);
        let mut grid = Grid {
            sizes: sizes.to_vec(),
            nodes: sizes.len(),
            layers: vec![Vec::new(); layer.iter().max().map_or(0, |last| last + 1)],
            left: vec![Vec::new(); sizes.len()],
            right: vec![Vec::new(); sizes.len()],
            ways: vec![Vec::new(); links.len()],
            layer,
        };
        for &node in order {
            grid.layers[grid.layer[node]].push(node);
        }
        grid.lead(links);
        grid
    }

    /// Leads the lines through the layers. Those from one node share a way as long as they can.
    fn lead(&mut self, links: &[Link]) {
        let mut from: Vec<Vec<usize>> = vec![Vec::new(); self.nodes];
        for (at, link) in links.iter().enumerate() {
            from[link.from].push(at);
        }
        for (source, lines) in from.iter().enumerate() {
            let mut trunk = vec![source];
            let far = lines.iter().map(|line| self.layer[links[*line].to]).max().unwrap_or_default();
            for layer in self.layer[source] + 1..far {
                let bend = self.bend(layer);
                self.join(trunk[trunk.len() - 1], bend);
                trunk.push(bend);
            }
            for &line in lines {
                let to = links[line].to;
                let shared = &trunk[..self.layer[to] - self.layer[source]];
                self.ways[line] = shared.iter().copied().chain([to]).collect();
                self.join(shared[shared.len() - 1], to);
            }
        }
    }

    fn bend(&mut self, layer: usize) -> usize {
        let bend = self.sizes.len();
        self.sizes.push(LANE);
        self.layer.push(layer);
        self.layers[layer].push(bend);
        self.left.push(Vec::new());
        self.right.push(Vec::new());
        bend
    }

    fn join(&mut self, left: usize, right: usize) {
        self.right[left].push(right);
        self.left[right].push(left);
    }
}

/// The layer of each node: as far left as what it needs allows, but no layer much taller than the drawing should be.
fn layers(order: &[usize], links: &[Link]) -> Vec<usize> {
    let (mut needs, mut needed_by) = (vec![Vec::new(); order.len()], vec![Vec::new(); order.len()]);
    for link in links {
        needs[link.to].push(link.from);
        needed_by[link.from].push(link.to);
    }
    let tallest = tallest(order.len());
    let (mut layer, mut heights) = (vec![0; order.len()], vec![0; order.len() + 1]);
    for &node in order {
        let mut at = needs[node].iter().map(|from: &usize| layer[*from] + 1).max().unwrap_or_default();
        while heights[at] >= tallest {
            at += 1;
        }
        layer[node] = at;
        heights[at] += 1;
    }
    // One that more lines leave than reach moves right, towards what needs it.
    for &node in order.iter().rev() {
        let Some(next) = needed_by[node].iter().map(|to: &usize| layer[*to]).min() else { continue };
        let wanted = next - 1;
        if needed_by[node].len() > needs[node].len() && wanted > layer[node] && heights[wanted] < tallest {
            heights[layer[node]] -= 1;
            heights[wanted] += 1;
            layer[node] = wanted;
        }
    }
    without_gaps(layer)
}

/// How many nodes a layer has at most, so that the whole has about the form of a screen.
fn tallest(nodes: usize) -> usize {
    let wanted = (nodes as f64 * 2.0).sqrt().ceil();
    (wanted as usize).max(8)
}

fn without_gaps(mut layer: Vec<usize>) -> Vec<usize> {
    let mut used = layer.clone();
    used.sort_unstable();
    used.dedup();
    for at in &mut layer {
        *at = used.binary_search(at).unwrap_or(*at);
    }
    layer
}
