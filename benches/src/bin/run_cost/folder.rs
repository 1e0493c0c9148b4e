//! A temporary folder.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Result, context};

/// A folder of its own, gone when it is dropped, and also when the process is interrupted or killed.
pub(crate) struct Folder {
    path: PathBuf,
    watchdog: Child,
}

impl Folder {
    pub(crate) fn new() -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("run-cost-{}", std::process::id()));
        std::fs::create_dir(&path).map_err(context(path.display()))?;
        let mut watchdog = Command::new("/bin/sh");
        watchdog.args(["-c", r#"read ended; rm -rf "$1""#, "run-cost-folder"]).arg(&path);
        // Ctrl-C goes to a whole process group; this one is to outlive it, to clean up.
        let watchdog = watchdog.stdin(Stdio::piped()).current_dir("/").process_group(0).spawn();
        Ok(Folder { path, watchdog: watchdog.map_err(context("starting /bin/sh"))? })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}
