//! Where the programs of a PostgreSQL server are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ScratchError;

/// The programs of a server.
#[derive(Debug)]
pub(super) struct Programs {
    /// The folder that holds `initdb` and `postgres`.
    pub(super) bin: PathBuf,
    /// Where they came from, for people.
    pub(super) source: String,
    /// What they have to be told about their own place.
    pub(super) environment: Vec<(&'static str, PathBuf)>,
    /// Whether they have to be unpacked first.
    pub(super) packed: bool,
}

/// The folders below which packages put the programs of one version each.
const INSTALLATIONS: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
];

/// Finds the programs; those that come as crates will be unpacked into `directory`.
pub(super) fn find(directory: &Path) -> Result<Programs, ScratchError> {
    if let Some(bin) = env::var_os("PG_BIN").filter(|bin| !bin.is_empty()) {
        let bin = PathBuf::from(bin);
        let looked = format!("PG_BIN names {}, which has no `initdb` and `postgres`", bin.display());
        return installed(bin).ok_or(ScratchError::NotFound { looked });
    }
    let candidates = on_path().into_iter().chain(by_pg_config()).chain(by_package());
    match candidates.filter_map(installed).next() {
        Some(programs) => Ok(programs),
        None => packaged(directory),
    }
}

fn installed(bin: PathBuf) -> Option<Programs> {
    let complete = bin.join("initdb").is_file() && bin.join("postgres").is_file();
    complete.then(|| Programs {
        source: bin.display().to_string(),
        bin,
        environment: Vec::new(),
        packed: false,
    })
}

fn on_path() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

fn by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let bin = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(bin.trim())).filter(|bin| bin.is_absolute())
}

/// The installations of the packages, the newest version first.
fn by_package() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for (parent, bin) in INSTALLATIONS {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let version = name.trim_start_matches("postgresql@").trim_start_matches("pgsql-");
            if let Ok(version) = version.parse() {
                found.push((version, entry.path().join(bin)));
            }
        }
    }
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, bin)| bin).collect()
}

#[cfg(feature = "scratch-packaged")]
use super::packaged::{programs as packaged, unpack};

#[cfg(not(feature = "scratch-packaged"))]
fn packaged(_: &Path) -> Result<Programs, ScratchError> {
    let looked = "no `initdb` and `postgres` on the PATH, where pg_config says, or below /usr/lib/postgresql; \
                  the feature `scratch-packaged` is off";
    Err(ScratchError::NotFound { looked: looked.to_owned() })
}

#[cfg(not(feature = "scratch-packaged"))]
fn unpack(_: &Programs, _: Option<(u32, u32)>) -> Result<(), ScratchError> {
    Ok(())
}

impl Programs {
    /// Puts the programs in their place, if they are not there; `owner` has to be able to remove them.
    pub(super) fn unpack(&self, owner: Option<(u32, u32)>) -> Result<(), ScratchError> {
        if self.packed { unpack(self, owner) } else { Ok(()) }
    }
}
