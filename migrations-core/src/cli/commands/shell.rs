//! For shells and for `man`.

use clap::CommandFactory;

use super::super::arguments::{Arguments, Completions};
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::output;

pub(super) fn completions(context: &Context, options: &Completions) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), context.program(), &mut script);
    output::write(format_args!("{}", String::from_utf8_lossy(&script)));
    Outcome::Done
}

pub(super) fn man() -> Result<Outcome, Failure> {
    let mut page = Vec::new();
    let written = clap_mangen::Man::new(Arguments::command()).render(&mut page);
    written.map_err(|error| Failure::Plain(format!("the page cannot be made: {error}"), Vec::new()))?;
    output::write(format_args!("{}", String::from_utf8_lossy(&page)));
    Ok(Outcome::Done)
}
