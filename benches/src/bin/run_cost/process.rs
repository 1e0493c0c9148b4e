//! Starts in processes of their own: this program, run again with hidden arguments.
//!
//! Such a process makes itself ready, says so, waits for a word, starts the tool, and tells what that has cost it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use postgres::Config;

use crate::contestant::Contestant;
use crate::memory::{self, Memory};
use crate::server::Database;
use crate::set::{Body, Set};
use crate::tools::{Name, Tool};
use crate::{Result, context};

/// The first argument of such a process.
pub(crate) const HIDDEN: &str = "--process";
const LIMIT: &str = "limit";

/// A process that is ready to start a tool. It is ended when it is dropped.
pub(crate) struct Starter {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// Whom it starts, with which migrations.
pub(crate) struct Task<'t> {
    /// `None`: the limit, which only connects.
    pub(crate) tool: Option<&'t Name>,
    pub(crate) folder: &'t Path,
    pub(crate) count: usize,
    pub(crate) body: Body,
}

impl Starter {
    /// A process for this task that is ready.
    pub(crate) fn ready(task: &Task<'_>, database: &Database<'_>) -> Result<Starter> {
        let (directory, name) = database.address();
        let mut command = Command::new(std::env::current_exe()?);
        command.args([HIDDEN, &task.tool.map_or(LIMIT.to_owned(), Name::argument)]).arg(task.folder);
        command.args([&task.count.to_string(), task.body.word()]).arg(directory).arg(name);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(context("starting a process"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("a process without pipes".into());
        };
        let mut starter = Starter { child, input, output: BufReader::new(output) };
        starter.line().map(|_| starter)
    }

    pub(crate) fn go(&mut self) -> Result<()> {
        Ok(self.input.write_all(b"go\n")?)
    }

    /// Waits until it has finished.
    pub(crate) fn finished(&mut self) -> Result<Memory> {
        Memory::parse(&self.line()?)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        match self.output.read_line(&mut line)? {
            0 => Err("a process has failed; it has said why above".into()),
            _ => Ok(line),
        }
    }
}

impl Drop for Starter {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How long it takes until the last of some has finished that start at the same moment.
pub(crate) fn all_at_once(starters: &mut [Starter]) -> Result<f64> {
    let start = Instant::now();
    starters.iter_mut().try_for_each(Starter::go)?;
    starters.iter_mut().try_for_each(|starter| starter.finished().map(drop))?;
    Ok(start.elapsed().as_secs_f64())
}

/// What such a process does.
pub(crate) fn serve(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let mut next = || arguments.next().ok_or("an argument is missing");
    let (tool, folder, count, body, directory, name) = (next()?, next()?, next()?, next()?, next()?, next()?);
    let contestant = match Name::of_argument(&tool) {
        None => Contestant::Connect,
        Some(name) => {
            let set = Set::generate(Path::new(&folder), count.parse()?, Body::of_word(&body))?;
            Contestant::Tool(name.clone(), Tool::new(&name, &set)?)
        }
    };
    let mut database = Config::new();
    database.host_path(directory).user("postgres").dbname(&name);
    say("ready")?;
    // Nothing comes when the one who started it has ended.
    if std::io::stdin().lock().read_line(&mut String::new())? == 0 {
        return Ok(());
    }
    let (done, memory) = memory::of(|| contestant.start(&database));
    done?;
    say(&memory.to_string())
}

fn say(line: &str) -> Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}")?;
    Ok(output.flush()?)
}
