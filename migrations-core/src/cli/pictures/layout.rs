//! A layered drawing, after Sugiyama: what is needed stands left of what needs it.
//!
//! Every step is a function of the order of its input alone, so that the same folder gives the same picture.

mod layers;
mod order;
mod place;

use super::Link;

/// The size of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A point of the drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// Where everything stands.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// The upper left corner of each node.
    pub(super) nodes: Vec<Point>,
    /// The way of each line: its ends, and between them where it enters and leaves each column on its way.
    pub(super) lines: Vec<Vec<Point>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The nodes and the ways of the lines through the columns, which are the layers.
#[derive(Debug, Default)]
struct Grid {
    /// The nodes come first, in their own order; behind them the bends of long lines.
    sizes: Vec<Size>,
    nodes: usize,
    /// Which vertices a layer has, from top to bottom.
    layers: Vec<Vec<usize>>,
    layer: Vec<usize>,
    /// The neighbours of each vertex in the layer before it and in the one behind it.
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
    /// The vertices on the way of each line, ends included.
    ways: Vec<Vec<usize>>,
}

/// Places nodes and lines. `order` has each node behind all that lead to it.
pub(super) fn drawing(sizes: &[Size], order: &[usize], links: &[Link]) -> Drawing {
    let mut grid = Grid::new(sizes, order, links);
    order::untangle(&mut grid);
    let middles = place::middles(&grid);
    place::drawing(&grid, &middles)
}

/// The links without those that follow from others. `order` has each node behind all that lead to it.
pub(super) fn reduced(order: &[usize], links: &[Link]) -> Vec<Link> {
    let mut rank = vec![0; order.len()];
    for (at, node) in order.iter().enumerate() {
        rank[*node] = at;
    }
    let mut into: Vec<Vec<Link>> = vec![Vec::new(); order.len()];
    for link in links {
        into[link.to].push(*link);
    }
    let words = order.len().div_ceil(64);
    let mut reached: Vec<Vec<u64>> = vec![Vec::new(); order.len()];
    let mut kept = Vec::new();
    for &node in order {
        // The newest first: what it needs itself needs no line of its own.
        into[node].sort_by_key(|link| std::cmp::Reverse(rank[link.from]));
        let mut below = vec![0_u64; words];
        for link in &into[node] {
            let (word, bit) = (link.from / 64, 1 << (link.from % 64));
            if below[word] & bit == 0 {
                kept.push(*link);
                below.iter_mut().zip(&reached[link.from]).for_each(|(mine, theirs)| *mine |= theirs);
                below[word] |= bit;
            }
        }
        reached[node] = below;
    }
    kept.sort_by_key(|link| (rank[link.from], rank[link.to]));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(from: usize, to: usize) -> Link {
        Link { from, to, superseded: false }
    }

    #[test]
    fn a_line_that_follows_from_others_is_left_out() {
        let links = [link(0, 1), link(0, 2), link(1, 2), link(0, 3), link(2, 3), link(0, 3)];
        assert_eq!(reduced(&[0, 1, 2, 3], &links), [link(0, 1), link(1, 2), link(2, 3)]);
    }

    #[test]
    fn nothing_makes_an_empty_drawing() {
        let drawing = drawing(&[], &[], &[]);
        assert_eq!(
            (drawing.nodes.len(), drawing.lines.len(), drawing.width, drawing.height),
            (0, 0, 0.0, 0.0)
        );
    }
}
