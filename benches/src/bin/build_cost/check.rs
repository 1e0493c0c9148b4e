//! `cargo migrations check` of a large folder, beside `cat` of the same files.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::sql::Shape;
use crate::table::{cell, median};
use crate::{Result, repository};

const FILES: usize = 10_000;

pub(crate) fn measure(root: &Path, arguments: &Arguments) -> Result<()> {
    let manifest = repository().join("Cargo.toml");
    let build = [
        "build",
        "--release",
        "--quiet",
        "--features",
        "cli",
        "--bin",
        "cargo-migrations",
        "--manifest-path",
    ];
    timed(Command::new("cargo").args(build).arg(&manifest).args(["-p", "migrations-core"]))?;
    let program = repository().join("target/release/cargo-migrations");
    for lines in arguments.lines() {
        let shape = Shape { files: FILES, lines };
        let folder = root.join(format!("checked-{lines}"));
        let sql = folder.join("migrations/sql/schema");
        fs::create_dir_all(&sql)?;
        for number in 1..=FILES {
            fs::write(sql.join(format!("{number:05}_create_table_{number}.sql")), shape.text(number, ""))?;
        }
        let (mut checks, mut cats) = (Vec::new(), Vec::new());
        for _ in 0..arguments.rounds {
            checks.push(timed(Command::new(&program).args(["migrations", "check"]).current_dir(&folder))?);
            let find = ["migrations", "-name", "*.sql", "-exec", "cat", "{}", "+"];
            cats.push(timed(Command::new("find").args(find).current_dir(&folder))?);
        }
        let ratio = median(&mut checks) / median(&mut cats);
        println!("{shape}: check {}, cat {}, ratio {ratio:.2}", cell(&mut checks), cell(&mut cats));
    }
    Ok(())
}

fn timed(command: &mut Command) -> Result<Duration> {
    let start = Instant::now();
    let output = command.stdout(Stdio::null()).output()?;
    let took = start.elapsed();
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(took)
}
