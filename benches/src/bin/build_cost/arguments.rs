//! What is to be measured.

use crate::Result;
use crate::application::Profile;
use crate::sql::Shape;
use crate::tools::{self, Tool};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Rebuild,
    Unchanged,
    Clean(Profile),
    Size,
    Check,
}

pub(crate) struct Arguments {
    pub(crate) parts: Vec<Part>,
    files: Vec<usize>,
    lines: Vec<usize>,
    pub(crate) rounds: usize,
    /// Of clean builds, which take minutes.
    pub(crate) clean_rounds: usize,
    pub(crate) tools: Vec<&'static Tool>,
}

impl Arguments {
    pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Arguments> {
        let mut arguments = Arguments {
            parts: Vec::new(),
            files: vec![10, 500, 5_000],
            lines: vec![10, 100],
            rounds: 9,
            clean_rounds: 1,
            tools: tools::ALL.to_vec(),
        };
        for word in words {
            match word.split_once('=') {
                Some(("files", list)) => arguments.files = numbers(list)?,
                Some(("lines", list)) => arguments.lines = numbers(list)?,
                Some(("rounds", number)) => arguments.rounds = number.parse()?,
                Some(("clean_rounds", number)) => arguments.clean_rounds = number.parse()?,
                Some(("tools", list)) => {
                    arguments.tools = list.split(',').map(tool).collect::<Result<_>>()?
                }
                _ => arguments.parts.push(part(&word)?),
            }
        }
        if arguments.parts.is_empty() {
            let clean = [Part::Clean(Profile::Debug), Part::Clean(Profile::Release)];
            arguments.parts = [Part::Rebuild, Part::Unchanged].into_iter().chain(clean).collect();
            arguments.parts.extend([Part::Size, Part::Check]);
        }
        Ok(arguments)
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = usize> {
        self.lines.iter().copied()
    }

    /// Every number of files with every number of lines.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = Shape> {
        self.files
            .iter()
            .flat_map(|files| self.lines.iter().map(|lines| Shape { files: *files, lines: *lines }))
    }
}

fn part(word: &str) -> Result<Part> {
    Ok(match word {
        "rebuild" => Part::Rebuild,
        "unchanged" => Part::Unchanged,
        "clean" => Part::Clean(Profile::Debug),
        "release" => Part::Clean(Profile::Release),
        "size" => Part::Size,
        "check" => Part::Check,
        _ => {
            return Err(format!(
                "`{word}` is no part; they are rebuild, unchanged, clean, release, size, check"
            )
            .into());
        }
    })
}

fn tool(name: &str) -> Result<&'static Tool> {
    tools::ALL
        .into_iter()
        .find(|tool| tool.name == name)
        .ok_or_else(|| format!("no tool is called `{name}`").into())
}

fn numbers(list: &str) -> Result<Vec<usize>> {
    Ok(list.split(',').map(str::parse).collect::<std::result::Result<_, _>>()?)
}
