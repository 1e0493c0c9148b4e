//! The execution order: dependencies first; among those that are free, by number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::migration::Migration;

/// Where a migration stands among those that are free to run: by number (unnumbered last), then by
/// category, then by name.
type Rank<'m> = (u128, usize, &'m str);

/// The order of execution, as indices into `migrations`, and the rings that had to be cut to get one.
pub(crate) fn execution_order(
    migrations: &[Migration],
    categories: &[String],
) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut waiting_for: Vec<usize> =
        migrations.iter().map(|migration| migration.dependencies.len()).collect();
    let mut dependents = vec![Vec::new(); migrations.len()];
    for (at, migration) in migrations.iter().enumerate() {
        for &dependency in &migration.dependencies {
            dependents[dependency].push(at);
        }
    }
    let ranks: Vec<Rank<'_>> = migrations.iter().map(|migration| rank(migration, categories)).collect();
    let mut free: BinaryHeap<Reverse<(Rank<'_>, usize)>> =
        (0..migrations.len()).filter(|&at| waiting_for[at] == 0).map(|at| Reverse((ranks[at], at))).collect();
    let mut order = Vec::with_capacity(migrations.len());
    while let Some(Reverse((_, at))) = free.pop() {
        order.push(at);
        for &dependent in &dependents[at] {
            waiting_for[dependent] -= 1;
            if waiting_for[dependent] == 0 {
                free.push(Reverse((ranks[dependent], dependent)));
            }
        }
    }
    let mut left: Vec<usize> = (0..migrations.len()).filter(|&at| waiting_for[at] > 0).collect();
    let cycles = cycles(migrations, &left);
    left.sort_by_key(|&at| ranks[at]);
    order.extend(left);
    (order, cycles)
}

fn rank<'m>(migration: &'m Migration, categories: &[String]) -> Rank<'m> {
    let number = migration.file_name.number.as_ref().map_or(u128::MAX, |number| u128::from(number.value()));
    let category = categories.iter().position(|category| *category == migration.category);
    (number, category.unwrap_or(usize::MAX), &migration.file_name.name)
}

/// The rings among the migrations in `left`, each once, beginning with its first member.
fn cycles(migrations: &[Migration], left: &[usize]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; migrations.len()];
    let mut cycles = Vec::new();
    for &start in left {
        let mut path = Vec::new();
        let mut at = start;
        // Every migration that is left waits for another that is left, so this walk ends in a ring.
        while !seen[at] {
            seen[at] = true;
            path.push(at);
            let Some(&next) = migrations[at].dependencies.iter().find(|next| left.contains(next)) else {
                break;
            };
            at = next;
        }
        if let Some(from) = path.iter().position(|&member| member == at) {
            let mut ring = path.split_off(from);
            let first = (0..ring.len()).min_by_key(|&i| ring[i]).unwrap_or(0);
            ring.rotate_left(first);
            cycles.push(ring);
        }
    }
    cycles
}
