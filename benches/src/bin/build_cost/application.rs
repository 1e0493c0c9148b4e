//! An application that embeds migrations, generated and built.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::sql::Shape;
use crate::tools::Tool;
use crate::{Result, release, repository};

pub(crate) struct Application {
    pub(crate) tool: &'static Tool,
    root: PathBuf,
    shape: Cell<Shape>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

impl Profile {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Profile::Debug => "debug",
            Profile::Release => "release",
        }
    }
}

impl Application {
    pub(crate) fn new(tool: &'static Tool, parent: &Path) -> Result<Application> {
        let root = parent.join(tool.name);
        fs::create_dir_all(root.join("src"))?;
        fs::create_dir_all(root.join("migrations"))?;
        fs::write(root.join("Cargo.toml"), tool.manifest(&release::path(parent)))?;
        fs::write(root.join("src/main.rs"), tool.main)?;
        fs::write(
            root.join("build.rs"),
            "fn main() { println!(\"cargo::rerun-if-changed=migrations\"); }\n",
        )?;
        // The versions that the other measurements have, as far as they need the same.
        fs::copy(repository().join("Cargo.lock"), root.join("Cargo.lock"))?;
        Ok(Application { tool, root, shape: Cell::new(Shape { files: 0, lines: 0 }) })
    }

    /// An application of another tool beside this one.
    pub(crate) fn beside(&self, tool: &'static Tool) -> Result<Application> {
        Application::new(tool, self.root.parent().unwrap_or(&self.root))
    }

    /// Gives it these files instead of those that it has.
    pub(crate) fn fill(&self, shape: Shape) -> Result<()> {
        self.shape.set(shape);
        fs::remove_dir_all(self.root.join("migrations"))?;
        (1..=shape.files).try_for_each(|number| self.write(number, ""))
    }

    fn write(&self, number: usize, comment: &str) -> Result<()> {
        let path = self.root.join(self.tool.path(number));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if let Some(down) = self.tool.down {
            fs::write(path.with_file_name("down.sql"), down.replace('N', &number.to_string()))?;
        }
        Ok(fs::write(path, self.shape.get().text(number, comment))?)
    }

    /// Edits a file, and builds.
    pub(crate) fn rebuild(&self) -> Result<Duration> {
        self.write(7, &format!(" {:?}", Instant::now()))?;
        self.build(Profile::Debug)
    }

    pub(crate) fn clean_build(&self, profile: Profile) -> Result<Duration> {
        self.cargo(&["fetch"])?;
        let _ = fs::remove_dir_all(self.root.join("target"));
        self.build(profile)
    }

    pub(crate) fn build(&self, profile: Profile) -> Result<Duration> {
        match profile {
            Profile::Debug => self.cargo(&["build"]),
            Profile::Release => self.cargo(&["build", "--release"]),
        }
    }

    /// The bytes of its release program.
    pub(crate) fn size(&self) -> Result<u64> {
        Ok(fs::metadata(self.root.join("target/release/application"))?.len())
    }

    fn cargo(&self, arguments: &[&str]) -> Result<Duration> {
        let start = Instant::now();
        let output = Command::new("cargo")
            .args(arguments)
            .arg("--quiet")
            .current_dir(&self.root)
            .env_remove("CARGO_TARGET_DIR")
            .output()?;
        let took = start.elapsed();
        if !output.status.success() {
            return Err(format!("{}: {}", self.tool.name, String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(took)
    }
}
