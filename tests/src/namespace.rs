//! Namespaces of Linux: a disk that is small, a network that can be cut.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use migrations_core::scratch::installation;

use crate::cluster::new_directory;

/// A namespace that exists as long as it is held, or a process runs in it.
#[derive(Debug)]
pub struct Namespace {
    holder: Child,
    kind: &'static str,
    disk: Option<PathBuf>,
}

impl Namespace {
    /// A disk of so many megabytes, for those in the namespace. `Err`: why there can be none here.
    pub fn with_disk(megabytes: u32) -> Result<Namespace, String> {
        let owner = installation().map_err(|error| error.to_string())?.1.ok_or("only root may mount")?;
        let directory = new_directory(Some(owner));
        let mount = format!(
            "mount -t tmpfs -o size={megabytes}m,uid={},gid={},mode=700 tmpfs {directory}",
            owner.0,
            owner.1,
            directory = directory.display()
        );
        let unmount = format!("umount -l {0}; rmdir {0}", directory.display());
        match Namespace::hold("--mount", &mount, &unmount) {
            Ok(holder) => Ok(Namespace { holder, kind: "--mount", disk: Some(directory) }),
            Err(reason) => {
                let _ = std::fs::remove_dir(&directory);
                Err(reason)
            }
        }
    }

    /// A network without connections but `lo`. `Err`: why there can be none here.
    pub fn with_network() -> Result<Namespace, String> {
        let holder = Namespace::hold("--net", "ip link set lo up", "true")?;
        Ok(Namespace { holder, kind: "--net", disk: None })
    }

    /// The folder of the disk.
    pub fn disk(&self) -> Option<&Path> {
        self.disk.as_deref()
    }

    /// The process that is in it, by which it is known.
    pub fn process_id(&self) -> u32 {
        self.holder.id()
    }

    /// Runs a command of the shell in it, as root.
    pub fn run(&self, command: &str) {
        let mut entrance = self.entrance(None).into_iter();
        let mut entering = Command::new(entrance.next().unwrap_or_default());
        let status = entering.args(entrance).args(["sh", "-c", command]).status().unwrap();
        assert!(status.success(), "{command}: {status}");
    }

    /// The command with which programs are started in it, as this user.
    pub(crate) fn entrance(&self, user: Option<(u32, u32)>) -> Vec<String> {
        let holder = self.holder.id().to_string();
        let mut command = vec!["nsenter".to_owned(), "--target".to_owned(), holder, self.kind.to_owned()];
        if let Some((uid, gid)) = user {
            command.extend([format!("--setuid={uid}"), format!("--setgid={gid}")]);
        }
        command.push("--".to_owned());
        command
    }

    fn hold(kind: &str, prepare: &str, end: &str) -> Result<Child, String> {
        let script = format!("{prepare} && echo ready && read ended; {end}");
        let mut unshare = Command::new("unshare");
        unshare.args([kind, "sh", "-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut holder = unshare.spawn().map_err(|error| format!("unshare: {error}"))?;
        let mut line = String::new();
        if let Some(output) = holder.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
        }
        if line.is_empty() {
            let _ = holder.wait();
            return Err(format!("`unshare {kind}` is refused"));
        }
        Ok(holder)
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        let _ = self.holder.wait();
    }
}
