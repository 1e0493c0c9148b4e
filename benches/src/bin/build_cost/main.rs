//! What a set costs to build and to check, beside refinery, sqlx and diesel.
//!
//! ```sh
//! cargo run --release --manifest-path benches/Cargo.toml --bin build_cost [part …] [key=value …]
//! ```
//!
//! Parts: `rebuild` after one SQL file was edited, `unchanged`, `clean` and `release` builds, the `size` of the program,
//! `check` beside `cat`; without any, all of them. Keys: `files` and `lines`, of which the cross product is measured,
//! `rounds`, and `tools`, of which the first is compared with each.
//!
//! All applications are generated from the same SQL, run their migrations, and are built by turns in the same run. Ours
//! depends on the crates of the last commit of this repository, as that of a user does on a release.

mod application;
mod arguments;
mod check;
mod release;
mod sql;
mod table;
mod tools;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use application::{Application, Profile};
use arguments::{Arguments, Part};
use sql::Shape;
use table::Table;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments = Arguments::parse(env::args().skip(1))?;
    let root = env::temp_dir().join(format!("build-cost-{}", process::id()));
    fs::create_dir_all(&root)?;
    let done = measure(&arguments, &root);
    fs::remove_dir_all(root)?;
    done
}

fn measure(arguments: &Arguments, root: &Path) -> Result<()> {
    let names: Vec<&str> = arguments.tools.iter().map(|tool| tool.name).collect();
    let rounds = arguments.rounds;
    println!(
        "files of SQL, medians of {rounds} rounds by turns (least to most); ratio to the first: the smaller, the better\n"
    );
    if arguments.parts.iter().any(|part| *part != Part::Check) {
        release::make(root)?;
        let mut table = Table::begin(&names);
        let applications = applications(arguments, root)?;
        for shape in arguments.shapes() {
            applications.iter().try_for_each(|application| application.fill(shape))?;
            of_shape(arguments, &applications, shape, &mut table)?;
        }
    }
    if arguments.parts.contains(&Part::Check) {
        check::measure(root, arguments)?;
    }
    Ok(())
}

fn applications(arguments: &Arguments, root: &Path) -> Result<Vec<Application>> {
    arguments.tools.iter().map(|tool| Application::new(tool, root)).collect()
}

fn of_shape(
    arguments: &Arguments,
    applications: &[Application],
    shape: Shape,
    table: &mut Table,
) -> Result<()> {
    for part in &arguments.parts {
        match part {
            Part::Rebuild => {
                applications.iter().try_for_each(|one| one.build(Profile::Debug).map(drop))?;
                table.times(
                    shape,
                    "one file edited",
                    arguments.rounds,
                    applications,
                    Application::rebuild,
                )?;
            }
            Part::Unchanged => {
                applications.iter().try_for_each(|one| one.build(Profile::Debug).map(drop))?;
                let build = |one: &Application| one.build(Profile::Debug);
                table.times(shape, "nothing changed", arguments.rounds, applications, build)?;
            }
            Part::Clean(profile) => {
                let rounds = arguments.clean_rounds;
                let build = |one: &Application| one.clean_build(*profile);
                table.times(shape, &format!("clean, {}", profile.name()), rounds, applications, build)?;
            }
            Part::Size => sizes(applications, shape)?,
            Part::Check => {}
        }
    }
    Ok(())
}

/// What the stripped release program has more than one that only connects, beside the limit of 1 MB and 1.1 times the SQL.
fn sizes(applications: &[Application], shape: Shape) -> Result<()> {
    let Some(first) = applications.first() else { return Ok(()) };
    let alone = first.beside(&tools::POSTGRES)?;
    alone.build(Profile::Release)?;
    let (alone, sql) = (alone.size()?, shape.bytes());
    let limit = 1_000_000 + sql + sql / 10;
    println!(
        "\n{shape}: {sql} bytes of SQL; `postgres` alone {alone} bytes; limit of what may come to it: {limit}"
    );
    for application in applications {
        application.build(Profile::Release)?;
        let added = application.size()?.saturating_sub(alone);
        println!(
            "  {:<16} +{added} bytes ({:.2} of the limit)",
            application.tool.name,
            added as f64 / limit as f64
        );
    }
    println!();
    Ok(())
}

/// The root of the repository.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("/")).to_owned()
}
