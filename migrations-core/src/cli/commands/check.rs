//! Checks the folder.

use migrations_rules::render;

use super::super::arguments::Check as Options;
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};

pub(super) fn run(context: &Context, _options: &Options) -> Result<Outcome, Failure> {
    let set = context.checked();
    for problem in &set.problems {
        anstream::println!("{}\n", render::full(problem, true));
    }
    Ok(if set.has_errors() { Outcome::NotSo } else { Outcome::Done })
}
