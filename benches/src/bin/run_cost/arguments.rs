//! What is asked for on the command line.

use crate::Result;
use crate::parts::{PARTS, Part};

pub(crate) struct Arguments {
    pub(crate) parts: Vec<Part>,
    pub(crate) sizes: Option<Vec<usize>>,
    pub(crate) rounds: Option<usize>,
    tools: Option<Vec<String>>,
}

pub(crate) fn help() -> String {
    let parts: String = PARTS.iter().map(|part| format!("  {:<10} {}\n", part.name, part.about)).collect();
    format!(
        "What a run costs, beside refinery, sqlx, diesel and dbmate: the same migrations, on the same server, by turns.\n\n\
         Usage: run_cost [PART]... [OPTION]...\n\n\
         Parts:\n{parts}  all        all of these (what is meant when none is named)\n\n\
         Options:\n  \
         --sizes 10,500   how many migrations there are, instead of what is usual for each part\n  \
         --rounds 5       how often each tool has its turn\n  \
         --tools a,b      only these: migrations-core, refinery, sqlx, diesel, dbmate\n  \
         --help           this text\n\n\
         It starts a throw-away PostgreSQL that waits for the disk as one in production does (from the programs in\n\
         PG_BIN, or those that are installed), and keeps what it has measured in benches/results/.\n"
    )
}

impl Arguments {
    /// `None`: somebody needs help.
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Option<Arguments>> {
        let mut arguments = Arguments { parts: Vec::new(), sizes: None, rounds: None, tools: None };
        while let Some(argument) = given.next() {
            let mut value = || given.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "-h" | "--help" | "help" => return Ok(None),
                "--sizes" => {
                    let sizes: Result<_> = list(&value()?).map(|size| number(&size)).collect();
                    arguments.sizes = Some(sizes?);
                }
                "--rounds" => arguments.rounds = Some(number(&value()?)?),
                "--tools" => arguments.tools = Some(list(&value()?).collect()),
                "all" => arguments.parts.extend(PARTS),
                name => arguments.parts.push(part(name)?),
            }
        }
        if arguments.parts.is_empty() {
            arguments.parts.extend(PARTS);
        }
        Ok(Some(arguments))
    }

    pub(crate) fn has_tool(&self, name: &str) -> bool {
        self.tools.as_ref().is_none_or(|tools| tools.iter().any(|tool| tool == name))
    }
}

fn part(name: &str) -> Result<Part> {
    let known = PARTS.into_iter().find(|part| part.name == name);
    known.ok_or_else(|| format!("there is no part or option `{name}`; --help names them").into())
}

fn list(value: &str) -> impl Iterator<Item = String> {
    value.split(',').map(|item| item.trim().to_owned())
}

/// A number from 1 on; commas and underscores in it would be ambiguous.
fn number(value: &str) -> Result<usize> {
    match value.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("`{value}` is no number from 1 on").into()),
    }
}
