//! The order inside each layer: with as few crossings as a few sweeps find.

use super::Grid;

const SWEEPS: usize = 24;
/// Beyond so many vertices, neighbours are not tried in the other order any more.
const SMALL: usize = 4_000;

/// Orders each layer.
pub(super) fn untangle(grid: &mut Grid) {
    let mut place = vec![0.0; grid.sizes.len()];
    for layer in &grid.layers {
        enter(layer, &mut place);
    }
    let (mut best, mut fewest) = (grid.layers.clone(), crossings(grid));
    for sweep in 0..SWEEPS {
        sweep_once(grid, &mut place, sweep % 2 == 0);
        if grid.sizes.len() <= SMALL {
            switch(grid, &mut place);
        }
        let found = crossings(grid);
        if found < fewest {
            (best, fewest) = (grid.layers.clone(), found);
        }
    }
    grid.layers = best;
}

fn enter(layer: &[usize], place: &mut [f64]) {
    for (at, vertex) in layer.iter().enumerate() {
        place[*vertex] = at as f64;
    }
}

/// Moves each vertex to the mean place of its neighbours in the layer that was ordered before.
fn sweep_once(grid: &mut Grid, place: &mut [f64], rightwards: bool) {
    let Grid { layers, left, right, .. } = grid;
    let neighbours = if rightwards { &*left } else { &*right };
    let mut sort = |layer: &mut Vec<usize>| {
        let wanted = |vertex: &usize| mean(&neighbours[*vertex], place).unwrap_or(place[*vertex]);
        let mut keyed: Vec<(f64, usize)> = layer.iter().map(|vertex| (wanted(vertex), *vertex)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        *layer = keyed.into_iter().map(|(_, vertex)| vertex).collect();
        enter(layer, place);
    };
    if rightwards {
        layers.iter_mut().for_each(&mut sort);
    } else {
        layers.iter_mut().rev().for_each(&mut sort);
    }
}

fn mean(neighbours: &[usize], place: &[f64]) -> Option<f64> {
    let sum: f64 = neighbours.iter().map(|vertex| place[*vertex]).sum();
    (!neighbours.is_empty()).then(|| sum / neighbours.len() as f64)
}

/// Exchanges two that stand one below the other where that takes crossings away.
fn switch(grid: &mut Grid, place: &mut [f64]) {
    let Grid { layers, left, right, .. } = grid;
    for layer in layers {
        for at in 1..layer.len() {
            let (upper, lower) = (layer[at - 1], layer[at]);
            let both = |upper: usize, lower: usize| {
                crossed(&left[upper], &left[lower], place) + crossed(&right[upper], &right[lower], place)
            };
            if both(lower, upper) < both(upper, lower) {
                layer.swap(at - 1, at);
                (place[upper], place[lower]) = (place[lower], place[upper]);
            }
        }
    }
}

/// How often the lines of the upper one of two cross those of the lower one.
fn crossed(upper: &[usize], lower: &[usize], place: &[f64]) -> usize {
    upper.iter().map(|a| lower.iter().filter(|b| place[**b] < place[*a]).count()).sum()
}

/// How many pairs of lines cross.
fn crossings(grid: &Grid) -> usize {
    let mut place = vec![0; grid.sizes.len()];
    for layer in &grid.layers {
        for (at, vertex) in layer.iter().enumerate() {
            place[*vertex] = at;
        }
    }
    let pairs = grid.layers.iter().zip(grid.layers.iter().skip(1));
    pairs.map(|(layer, next)| between(layer, next.len(), grid, &place)).sum()
}

/// The crossings between a layer and the next: the pairs out of order, counted with a tree of sums.
fn between(layer: &[usize], next: usize, grid: &Grid, place: &[usize]) -> usize {
    let (mut sums, mut seen, mut found) = (vec![0; next + 1], 0, 0);
    for vertex in layer {
        let mut ends: Vec<usize> = grid.right[*vertex].iter().map(|to| place[*to]).collect();
        ends.sort_unstable();
        for &end in &ends {
            found += seen - before(&sums, end + 1);
        }
        for end in ends {
            seen += 1;
            add(&mut sums, end + 1);
        }
    }
    found
}

fn before(sums: &[usize], mut at: usize) -> usize {
    let mut sum = 0;
    while at > 0 {
        sum += sums[at];
        at &= at - 1;
    }
    sum
}

fn add(sums: &mut [usize], mut at: usize) {
    while at < sums.len() {
        sums[at] += 1;
        at += at & at.wrapping_neg();
    }
}
