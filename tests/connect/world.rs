//! A home, a project and an environment of a test's own.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use migrations_core::cli::connect::{ConnectError, Surroundings, Target};
use postgres::Config;

/// A home, a project and an environment; the folders are gone when it is dropped.
pub(crate) struct World {
    pub(crate) folder: PathBuf,
    pub(crate) surroundings: Surroundings,
}

impl World {
    pub(crate) fn new() -> World {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("connect-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        let mut surroundings = Surroundings {
            current_folder: folder.join("project/inner"),
            home_folder: Some(folder.join("home")),
            user: Some("osuser".to_owned()),
            socket_folders: vec![folder.join("sockets")],
            ..Surroundings::default()
        };
        fs::create_dir_all(&surroundings.current_folder).unwrap();
        fs::create_dir_all(folder.join("sockets")).unwrap();
        // So that no file of this machine counts.
        surroundings.environment.insert("PGSYSCONFDIR".to_owned(), folder.join("system").into());
        World { folder, surroundings }
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> World {
        self.surroundings.environment.insert(name.to_owned(), value.into());
        self
    }

    /// A file that only its owner may read.
    pub(crate) fn file(self, path: &str, text: impl AsRef<[u8]>) -> World {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
        self
    }

    pub(crate) fn mode(self, path: &str, mode: u32) -> World {
        fs::set_permissions(self.folder.join(path), Permissions::from_mode(mode)).unwrap();
        self
    }

    pub(crate) fn path(&self, path: &str) -> String {
        self.folder.join(path).to_str().unwrap().to_owned()
    }

    pub(crate) fn find(&self, url: Option<&str>) -> Result<Option<Target>, ConnectError> {
        Target::find(url, &self.surroundings)
    }

    pub(crate) fn target(&self, url: Option<&str>) -> Target {
        self.find(url).unwrap().unwrap()
    }

    /// What is told to the first server.
    pub(crate) fn config(&self, url: Option<&str>) -> Config {
        self.target(url).configs().next().unwrap().clone()
    }

    #[track_caller]
    pub(crate) fn error(&self, url: Option<&str>) -> String {
        self.find(url).map(drop).unwrap_err().to_string()
    }

    /// What a query answers through `psql` in the same surroundings; `None` where it cannot connect.
    pub(crate) fn psql(&self, string: &str, query: &str) -> Option<String> {
        let mut command = Command::new("psql");
        command.args(["-X", "-A", "-t", "-w", "-c", query, "-d", string]).env_clear().stdin(Stdio::null());
        command.envs(&self.surroundings.environment).env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", self.surroundings.home_folder.as_ref().unwrap()).env("LC_ALL", "C");
        let output = command.current_dir(&self.surroundings.current_folder).output().unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
