//! For shells and for `man`.

use std::io;

use clap::CommandFactory;

use super::super::arguments::{Arguments, Completions};
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};

pub(super) fn completions(context: &Context, options: &Completions) -> Outcome {
    let mut command = Arguments::command();
    clap_complete::generate(options.shell, &mut command, context.program(), &mut io::stdout());
    Outcome::Done
}

pub(super) fn man(_: &Context) -> Result<Outcome, Failure> {
    let page = clap_mangen::Man::new(Arguments::command());
    let written = page.render(&mut io::stdout());
    written.map_err(|error| Failure::plain(format!("the page cannot be written: {error}"), "try again"))?;
    Ok(Outcome::Done)
}
