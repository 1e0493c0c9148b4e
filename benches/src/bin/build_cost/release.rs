//! The crates of the last commit as a user gets them: without what else lies in this repository, which cargo would search
//! for packages at each build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, repository};

const KEPT: [&str; 6] = [
    "Cargo.toml",
    "README.md",
    "migrations-core",
    "migrations-macros",
    "migrations-rules",
    "migrations-text",
];

/// The repository, which [`make`] has made.
pub(crate) fn path(root: &Path) -> PathBuf {
    root.join("release")
}

/// Makes a repository of the crates alone.
pub(crate) fn make(root: &Path) -> Result<()> {
    let release = path(root);
    git(root, &["clone", &repository().to_string_lossy(), &release.to_string_lossy()])?;
    let others: Vec<String> = KEPT.iter().map(|kept| format!(":!{kept}")).collect();
    let others = ["rm", "-r", "."].into_iter().chain(others.iter().map(String::as_str));
    git(&release, &others.collect::<Vec<_>>())?;
    let manifest = release.join("Cargo.toml");
    fs::write(&manifest, fs::read_to_string(&manifest)?.replace(", \"migrations\", \"tests\"]", "]"))?;
    git(
        &release,
        &["-c", "user.name=bench", "-c", "user.email=bench", "commit", "--all", "--message", "Release"],
    )
}

fn git(folder: &Path, arguments: &[&str]) -> Result<()> {
    let output = Command::new("git").current_dir(folder).args(arguments).output()?;
    if !output.status.success() {
        return Err(format!("git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(())
}
