//! What a run costs, beside the peers: the same migrations, on the same server, by turns.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --features peers --bin run_cost -- --help`

mod arguments;
mod contestant;
mod delay;
mod folder;
mod memory;
mod parts;
mod process;
mod rounds;
mod server;
mod set;
mod table;
mod tools;

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;

use arguments::Arguments;
use folder::Folder;
use rounds::Rounds;
use server::Server;
use set::{Body, Set};
use tools::{Name, dbmate};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Says, in front of an error, what was being done.
fn context<E: Display>(doing: impl Display) -> impl FnOnce(E) -> Box<dyn Error> {
    move |error| format!("{doing}: {error}").into()
}

/// What the parts share.
struct Bench {
    server: Server,
    folder: Folder,
    tools: Vec<Name>,
    arguments: Arguments,
}

fn main() -> ExitCode {
    let mut given = std::env::args().skip(1).peekable();
    let outcome = match given.next_if(|first| first == process::HIDDEN) {
        Some(_) => process::serve(given),
        None => run(given),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(given: impl Iterator<Item = String>) -> Result<()> {
    let Some(arguments) = Arguments::parse(given)? else {
        print!("{}", arguments::help());
        return Ok(());
    };
    let (drawn, measured): (Vec<_>, Vec<_>) =
        arguments.parts.clone().into_iter().partition(|part| part.is_drawn);
    if !measured.is_empty() {
        let bench = Bench::start(arguments)?;
        print!("{}", bench.server.describe()?);
        measured.iter().try_for_each(|part| (part.run)(&bench).map_err(context(part.name)))?;
    }
    if drawn.is_empty() { Ok(()) } else { parts::picture::draw() }
}

impl Bench {
    fn start(arguments: Arguments) -> Result<Bench> {
        let folder = Folder::new()?;
        let mut tools = Name::all(None);
        if arguments.has_tool("dbmate") {
            match dbmate::find(folder.path()) {
                Ok(program) => tools.push(Name::Dbmate(program)),
                Err(why) => println!("dbmate is left out: {why}"),
            }
        }
        tools.retain(|name| arguments.has_tool(&name.to_string()));
        Ok(Bench { server: Server::start()?, folder, tools, arguments })
    }

    /// How many migrations there are, if nothing else was asked for.
    fn sizes(&self, usual: &[usize]) -> Vec<usize> {
        self.arguments.sizes.clone().unwrap_or_else(|| usual.to_vec())
    }

    fn rounds(&self, usual: usize) -> Rounds {
        Rounds { count: self.arguments.rounds.unwrap_or(usual), patience: f64::INFINITY }
    }

    fn set(&self, count: usize, body: Body) -> Result<Set> {
        Set::generate(self.folder.path(), count, body)
    }
}
