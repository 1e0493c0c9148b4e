//! An empty folder, and a shell in it.

use std::env;
use std::fs::{self, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use migrations_core::scratch::installation;
use migrations_tests::crates::repository;
use migrations_tests::server;

/// Where a newcomer begins. The shell's folder and what it has exported stay from one block to the next.
pub(crate) struct Place {
    tools: PathBuf,
    folder: PathBuf,
    exports: String,
    _turn: MutexGuard<'static, ()>,
}

/// What commands have printed, on either stream.
pub(crate) struct Said {
    commands: String,
    success: bool,
    text: String,
}

/// Stands before cargo. The lock file of this repository saves a look into the registry.
const CARGO: &str = r#"#!/bin/sh
case "$1" in
install) ;;
migrations) exec "$TOOLS/cargo-migrations" "$@" ;;
new) "$REAL_CARGO" "$@" && cp "$REPOSITORY/Cargo.lock" "$2" ;;
add) shift; exec "$REAL_CARGO" add --path "$REPOSITORY/migrations-core" "$@" ;;
*) exec "$REAL_CARGO" "$@" ;;
esac
"#;

/// A folder that no workspace is around; always the same one, so that what is built for it is built once.
fn outside() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    repository().hash(&mut hasher);
    env::temp_dir().join(format!("newcomer-{:016x}", hasher.finish()))
}

impl Place {
    pub(crate) fn new(name: &str) -> Place {
        // They build a package of the same name in one target folder.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let root = outside().join(name);
        let _ = fs::remove_dir_all(&root);
        let (tools, folder) = (root.join("tools"), root.join("folder"));
        fs::create_dir_all(&tools).unwrap();
        fs::create_dir_all(&folder).unwrap();
        fs::write(tools.join("cargo"), CARGO).unwrap();
        fs::set_permissions(tools.join("cargo"), Permissions::from_mode(0o755)).unwrap();
        symlink(env!("CARGO_BIN_EXE_folder"), tools.join("cargo-migrations")).unwrap();
        Place { tools, folder, exports: String::new(), _turn: turn }
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).unwrap()
    }

    /// Runs the commands of a block until one fails.
    pub(crate) fn run(&mut self, commands: &str) -> Said {
        let end = self.tools.join("folder");
        let script = format!("exec 2>&1\ntrap 'pwd >\"$TOOLS/folder\"' EXIT\n{}{commands}", self.exports);
        let start = Instant::now();
        let output = self.shell().args(["-ec", &script]).output().unwrap();
        self.folder = fs::read_to_string(end).unwrap().trim_end().into();
        let exports = commands.lines().filter(|line| line.starts_with("export "));
        self.exports.extend(exports.flat_map(|line| [line, "\n"]));
        let text = String::from_utf8(output.stdout).unwrap();
        println!("$ {} # {:.1} s\n{text}", commands.trim_end(), start.elapsed().as_secs_f32());
        Said { commands: commands.to_owned(), success: output.status.success(), text }
    }

    fn shell(&self) -> Command {
        let (programs, _) = installation().unwrap();
        let path = env::var_os("PATH").unwrap_or_default();
        let path = [self.tools.clone()].into_iter().chain(env::split_paths(&path)).chain([programs]);
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let server = server();
        let config = server.config();
        let mut command = Command::new("bash");
        command.current_dir(&self.folder).stdin(Stdio::null());
        for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "DATABASE_URL"] {
            command.env_remove(variable);
        }
        command
            .env("PATH", env::join_paths(path).unwrap())
            .env("TOOLS", &self.tools)
            .env("REAL_CARGO", env!("CARGO"))
            .env("REPOSITORY", repository())
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TERM_PROGRESS_WHEN", "never")
            // The server that is meant by an address without a host.
            .env("PGHOST", server.socket_directory())
            .env("PGPORT", config.get_ports().first().unwrap_or(&5432).to_string())
            .env("PGUSER", config.get_user().unwrap_or("postgres"));
        command
    }
}

impl Said {
    /// They succeeded.
    #[track_caller]
    pub(crate) fn is_done(&self) {
        assert!(self.success, "{}\n{}", self.commands, self.text);
    }

    #[track_caller]
    pub(crate) fn contains(&self, part: &str) {
        assert!(self.text.contains(part), "{}\n{part}\nis not in\n{}", self.commands, self.text);
    }

    /// They printed these lines in this order, perhaps with others between them; they failed if the page shows an error, and
    /// only then.
    #[track_caller]
    pub(crate) fn is_shown(&self, shown: &str) {
        let mut lines = self.text.lines().map(essence);
        for line in shown.lines().map(essence).filter(|line| !matches!(line.as_str(), "" | "…")) {
            let is_there = lines.any(|printed| fits(&line, &printed));
            assert!(is_there, "{}\nshows\n{line}\nand prints\n{}", self.commands, self.text);
        }
        let fails = shown.lines().any(|line| line.starts_with("error"));
        assert_eq!(self.success, !fails, "{}\n{}", self.commands, self.text);
    }
}

/// Whether a line is what a page shows of it; `…` stands for anything.
fn fits(shown: &str, printed: &str) -> bool {
    let mut parts = shown.split('…').map(str::trim);
    let Some(mut rest) = parts.next().and_then(|start| printed.strip_prefix(start)) else { return false };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.is_empty() || shown.ends_with('…')
}

/// A line without what is different each time: times and dates; and without its layout.
fn essence(line: &str) -> String {
    let blank = |c: char| c.is_whitespace() || c == '·';
    let mut words = line.split(blank).filter(|word| !word.is_empty()).peekable();
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        let is_time = word.parse::<f64>().is_ok() && words.next_if(|next| is_unit(next)).is_some();
        if !is_time && !is_date(word) {
            kept.push(word);
        }
    }
    kept.join(" ")
}

fn is_unit(word: &str) -> bool {
    matches!(word.trim_end_matches([':', ';']), "ms" | "s" | "min")
}

/// Whether it is a date, or the time of a day.
fn is_date(word: &str) -> bool {
    word.len() >= 8 && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ':'))
}
