//! What a set costs to build, beside refinery: a clean debug build, and a rebuild after one SQL file was edited.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin build_cost [files] [rounds]`
//!
//! Both applications are generated from the same SQL and built by turns on the same machine in the same run.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Application {
    name: &'static str,
    root: PathBuf,
    file: fn(usize) -> String,
}

const OURS: &str = "migrations_core::embed_migrations!();\n\
    fn main() { println!(\"{}\", Migration::ALL.len()); }\n";
const REFINERY: &str = "refinery::embed_migrations!(\"migrations/sql/schema\");\n\
    fn main() { println!(\"{}\", migrations::runner().get_migrations().len()); }\n";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let files: usize = arguments.next().map_or(Ok(500), |files| files.parse())?;
    let rounds: usize = arguments.next().map_or(Ok(9), |rounds| rounds.parse())?;
    let root = std::env::temp_dir().join(format!("build-cost-{}", std::process::id()));
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations-core").canonicalize()?;
    let ours = format!("migrations-core = {{ path = {core:?} }}");
    let refinery = "refinery = { version = \"0.10\", features = [\"postgres\"] }";
    let applications = [
        Application::new("migrations-core", &root, &ours, OURS, |n| format!("{n:05}_create_table_{n}.sql"), files)?,
        Application::new("refinery", &root, refinery, REFINERY, |n| format!("V{n}__create_table_{n}.sql"), files)?,
    ];
    println!("{files} files of 10 lines, debug builds, {rounds} rounds\n");
    report("clean build", &applications, |application| application.clean_build(), 1)?;
    report("rebuild after one file was edited", &applications, |application| application.rebuild(), rounds)?;
    report("build with nothing changed", &applications, |application| application.build(), rounds)?;
    fs::remove_dir_all(root)?;
    Ok(())
}

impl Application {
    fn new(
        name: &'static str,
        parent: &Path,
        dependency: &str,
        main: &str,
        file: fn(usize) -> String,
        files: usize,
    ) -> Result<Application> {
        let root = parent.join(name);
        fs::create_dir_all(root.join("src"))?;
        fs::create_dir_all(root.join("migrations/sql/schema"))?;
        let manifest = format!(
            "[package]\nname = \"application\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependency}\npostgres = \"0.19\"\n\n[workspace]\n"
        );
        fs::write(root.join("Cargo.toml"), manifest)?;
        fs::write(root.join("src/main.rs"), main)?;
        let build = "fn main() { println!(\"cargo::rerun-if-changed=migrations\"); }\n";
        fs::write(root.join("build.rs"), build)?;
        let application = Application { name, root, file };
        for number in 1..=files {
            application.write(number, "")?;
        }
        Ok(application)
    }

    fn write(&self, number: usize, comment: &str) -> Result<()> {
        let sql = format!(
            "-- Migration: Create table {number}.{comment}\n-- Dependencies: none\n-- Rollback: drop the table.\n\n\
             CREATE TABLE IF NOT EXISTS table_{number} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    \
             name text NOT NULL\n);\n-- @rollback\nDROP TABLE IF EXISTS table_{number};\n"
        );
        Ok(fs::write(self.root.join("migrations/sql/schema").join((self.file)(number)), sql)?)
    }

    fn clean_build(&self) -> Result<Duration> {
        self.cargo("fetch")?;
        let _ = fs::remove_dir_all(self.root.join("target"));
        self.build()
    }

    fn rebuild(&self) -> Result<Duration> {
        self.write(7, &format!(" {:?}", Instant::now()))?;
        self.build()
    }

    fn build(&self) -> Result<Duration> {
        self.cargo("build")
    }

    fn cargo(&self, command: &str) -> Result<Duration> {
        let start = Instant::now();
        let output = Command::new("cargo")
            .args([command, "--quiet"])
            .current_dir(&self.root)
            .env_remove("CARGO_TARGET_DIR")
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(start.elapsed())
    }
}

/// Measures both by turns, and prints medians, spread and ratio.
fn report(
    what: &str,
    applications: &[Application; 2],
    measure: impl Fn(&Application) -> Result<Duration>,
    rounds: usize,
) -> Result<()> {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (application, times) in applications.iter().zip(&mut times) {
            times.push(measure(application)?);
        }
    }
    println!("{what}");
    let mut medians = Vec::new();
    for (application, times) in applications.iter().zip(&mut times) {
        times.sort();
        let median = times[times.len() / 2].as_secs_f64();
        let (least, most) = (times[0].as_secs_f64(), times[times.len() - 1].as_secs_f64());
        println!("  {:<16} {median:6.2} s  ({least:.2} to {most:.2})", application.name);
        medians.push(median);
    }
    println!("  ratio            {:6.2}\n", medians[0] / medians[1]);
    Ok(())
}
