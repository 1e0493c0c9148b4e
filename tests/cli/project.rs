//! A folder of migrations in an empty place, a database, and a process that works on both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use migrations_tests::database;
use postgres::{Client, Config, NoTls};
use serde_json::Value;

pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) database: Config,
}

/// What a process has said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    /// With the two migrations of the set `shop`.
    pub(crate) fn shop() -> Project {
        let project = Project::empty();
        let set = Path::new(env!("CARGO_MANIFEST_DIR")).join("sets/shop/sql/schema");
        for file in fs::read_dir(set).unwrap().map(Result::unwrap) {
            let text = fs::read(file.path()).unwrap();
            project.write(&format!("sql/schema/{}", file.file_name().to_str().unwrap()), text);
        }
        project
    }

    pub(crate) fn empty() -> Project {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("cli-{}-{number}", std::process::id()));
        fs::create_dir_all(root.join("migrations")).unwrap();
        Project { root, database: database() }
    }

    /// Writes a file of the folder.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join("migrations").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn client(&self) -> Client {
        self.database.connect(NoTls).unwrap()
    }

    /// How the process is told where the database is.
    pub(crate) fn url(&self) -> String {
        let postgres::config::Host::Unix(socket) = &self.database.get_hosts()[0] else { panic!("no socket") };
        format!(
            "host={} port={} user={} dbname={}",
            socket.display(),
            self.database.get_ports().first().unwrap_or(&5432),
            self.database.get_user().unwrap(),
            self.database.get_dbname().unwrap()
        )
    }

    /// `cargo migrations` in the place where the folder lies.
    pub(crate) fn folder(&self, arguments: &[&str]) -> Said {
        self.started(env!("CARGO_BIN_EXE_folder"), arguments, &[("DATABASE_URL", &self.url())])
    }

    /// The application that embeds the set `runners`.
    pub(crate) fn application(&self, arguments: &[&str]) -> Said {
        self.started(env!("CARGO_BIN_EXE_application"), arguments, &[("DATABASE_URL", &self.url())])
    }

    /// The same without a database.
    pub(crate) fn without_database(&self, arguments: &[&str]) -> Said {
        self.started(env!("CARGO_BIN_EXE_folder"), arguments, &[])
    }

    pub(crate) fn started(&self, program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        let output = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(variables.iter().copied())
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Said {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

impl Said {
    /// What it has said, which is not a failure.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// What it has complained of, when it ended with this code.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self.err
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}
