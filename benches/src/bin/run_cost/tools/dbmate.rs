//! dbmate: a program, so that each start is one of a process that reads a folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use postgres::Config;

use super::parts;
use crate::set::Set;
use crate::{Result, context};

pub(crate) struct Program {
    program: PathBuf,
    folder: PathBuf,
}

impl Program {
    pub(crate) fn new(program: &Path, set: &Set) -> Program {
        Program { program: program.to_owned(), folder: set.dbmate.clone() }
    }

    pub(crate) fn start(&self, database: &Config) -> Result<()> {
        let (host, port, name) = parts(database)?;
        let url = format!("postgres://postgres@/{name}?host={host}&port={port}&sslmode=disable");
        let output = Command::new(&self.program)
            .args(["--url", &url, "--no-dump-schema", "--migrations-dir"])
            .arg(&self.folder)
            .arg("migrate")
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .output()
            .map_err(context("starting dbmate"))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(format!("dbmate: {}", String::from_utf8_lossy(&output.stderr).trim()).into()),
        }
    }
}

/// The program: from the `PATH`, or else installed with npm into `folder`.
pub(crate) fn find(folder: &Path) -> std::result::Result<PathBuf, String> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&paths).map(|path| path.join("dbmate")).find(|path| path.is_file());
    on_path.map_or_else(|| install(folder), Ok)
}

fn install(folder: &Path) -> std::result::Result<PathBuf, String> {
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let output = Command::new("npm")
        .args(["install", "--no-fund", "--no-audit", "--silent", "--prefix"])
        .arg(folder)
        .arg("dbmate")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("npm: {error}"))?;
    // Beside the script that starts it, which would cost a start of Node.js.
    let programs = std::fs::read_dir(folder.join("node_modules/@dbmate")).into_iter().flatten().flatten();
    let program = programs.map(|entry| entry.path().join("bin/dbmate")).find(|path| path.is_file());
    program.ok_or_else(|| format!("npm: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
