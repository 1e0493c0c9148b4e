//! What the macro reads of a runner. The macro's crate can hand out nothing but macros: its one file is read here.

#[path = "../../../migrations-macros/src/runner.rs"]
#[allow(dead_code, unreachable_pub)]
mod read;

use migrations_rules::check;

use super::tree::Tree;
use super::{assert_shown, assert_within, with_stack_for};

/// A runner's text: what is wrong with it has its place, whether it is a migration or accompanies one.
pub fn runner(data: &[u8]) {
    let mut folder = b"=== sql/schema/001_a.sql\nSELECT 1;".to_vec();
    for path in ["runners/001_a.rs", "runners/002_b.rs"] {
        folder.extend([b"\n=== ", path.as_bytes(), b"\n", data].concat());
    }
    let tree = Tree::new(&folder);
    let set = check(tree.root(), "");
    for migration in &set.migrations {
        with_stack_for(migration.text.as_str(), || {
            let Some((runner, problems)) = read::Runner::of(migration, str::to_owned) else { return };
            for problem in &problems {
                assert_shown(problem);
                assert_within(problem, runner.text.as_str().as_bytes().to_vec());
            }
        });
    }
}
