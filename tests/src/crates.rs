//! Crates that the tests make, build and look at.
//!
//! They share the target folder of the workspace and its lock file: every dependency is compiled already, and cargo
//! needs no network.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A workspace of crates that are made for a test.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

/// One crate of a [`Workspace`]. Its library is `src/lib.rs`.
#[derive(Debug)]
pub struct Package {
    name: String,
    root: PathBuf,
}

impl Workspace {
    /// An empty workspace in `tmp`, which is the caller's `env!("CARGO_TARGET_TMPDIR")`.
    pub fn new(tmp: &str, name: &str) -> Workspace {
        let root = Path::new(tmp).join(name);
        let _ = fs::remove_dir_all(&root);
        let target = Path::new(tmp).parent().unwrap().to_owned();
        let workspace = Workspace { root, target };
        write(
            &workspace.root.join("Cargo.toml"),
            "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
        );
        fs::copy(repository().join("Cargo.lock"), workspace.root.join("Cargo.lock")).unwrap();
        workspace
    }

    /// Adds a crate that depends on migrations-core.
    pub fn package(&self, name: &str) -> Package {
        self.package_with(name, "migrations-core = { path = CORE }")
    }

    /// Adds a crate with these dependencies, in which `CORE` stands for the path of migrations-core.
    pub fn package_with(&self, name: &str, dependencies: &str) -> Package {
        let package = Package { name: name.to_owned(), root: self.root.join("crates").join(name) };
        let core = format!("{:?}", repository().join("migrations-core"));
        package.write(
            "Cargo.toml",
            format!(
                "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\n{}\n",
                dependencies.replace("CORE", &core)
            ),
        );
        package
    }

    /// The folder in which cargo builds.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Runs cargo on the workspace. What the developer's environment says about flags does not count.
    fn cargo(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--offline", "--target-dir"])
            .arg(&self.target)
            .current_dir(&self.root)
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .output()
            .unwrap()
    }

    /// Builds all crates, those that can be built.
    pub fn build(&self) -> Build {
        self.messages(&["build", "--workspace", "--keep-going", "--message-format=json"])
    }

    /// Runs a command of cargo that prints its messages as JSON.
    pub fn messages(&self, arguments: &[&str]) -> Build {
        // Cargo would wait for its own lock; waiting here keeps that out of the time it takes.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let start = Instant::now();
        let output = self.cargo(arguments);
        let mut build = Build {
            took: start.elapsed(),
            root: self.root.clone(),
            success: output.status.success(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            ..Build::default()
        };
        let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{"));
        for line in lines {
            build.take(&serde_json::from_slice(line).unwrap());
        }
        build
    }
}

impl Package {
    /// Writes a file of the crate.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Package {
        write(&self.path(path), content);
        self
    }

    /// Copies a file or a whole folder into the crate.
    pub fn copy(&self, from: &Path, to: &str) -> &Package {
        copy(from, &self.path(to));
        self
    }

    /// The path of a file of the crate.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The name of the crate.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// What cargo said about a [`Workspace`].
#[derive(Debug, Default)]
pub struct Build {
    /// Whether everything was built.
    pub success: bool,
    /// What cargo itself printed.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
    root: PathBuf,
    messages: BTreeMap<String, String>,
    fresh: BTreeMap<String, bool>,
    executables: BTreeMap<String, PathBuf>,
}

impl Build {
    /// What rustc printed about a crate, its own paths shown relative to the crate.
    pub fn messages(&self, package: &str) -> &str {
        self.messages.get(package).map_or("", String::as_str)
    }

    /// Whether cargo found nothing to do for a crate.
    pub fn is_fresh(&self, package: &str) -> bool {
        self.fresh.get(package).copied().unwrap_or_else(|| panic!("{package} was not built: {}", self.stderr))
    }

    /// The test program of a crate.
    pub fn executable(&self, package: &str) -> &Path {
        self.executables.get(package).unwrap_or_else(|| panic!("{package} was not built: {}", self.stderr))
    }

    fn take(&mut self, message: &Value) {
        let Some(package) = message["manifest_path"]
            .as_str()
            .and_then(|path| Some(Path::new(path).parent()?.file_name()?.to_string_lossy().into_owned()))
        else {
            return;
        };
        match message["reason"].as_str() {
            Some("compiler-message") => self.compiler_message(package, &message["message"]),
            Some("compiler-artifact") => {
                self.fresh.insert(package.clone(), message["fresh"] == true);
                let executable = message["executable"].as_str().map(PathBuf::from);
                self.executables.extend(executable.map(|path| (package, path)));
            }
            _ => {}
        }
    }

    fn compiler_message(&mut self, package: String, message: &Value) {
        let (text, rendered) = (message["message"].as_str().unwrap(), message["rendered"].as_str().unwrap());
        // "aborting due to …", "… warnings emitted", "For more information about this error …".
        let is_summary = message["spans"].as_array().is_none_or(Vec::is_empty)
            && (text.contains("aborting due to")
                || text.ends_with("emitted")
                || text.starts_with("Some errors have")
                || text.starts_with("For more"));
        if !is_summary {
            // Generated code names its files by the whole path.
            let root = format!("crates/{package}/");
            let absolute = self.root.join(&root).display().to_string();
            let shown = rendered.replace(&absolute, "").replace(&root, "");
            self.messages.entry(package).or_default().push_str(&shown);
        }
    }
}

fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        return write(to, fs::read(from).unwrap());
    }
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}
