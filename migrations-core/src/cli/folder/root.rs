//! The folder of migrations that a command works on, and how its files are called.

use std::env;
use std::path::{Component, Path, PathBuf};

use migrations_rules::{Migration, Set, did_you_mean};

use super::error::CommandError;

/// A folder of migrations on the disk.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// How it is called in what is shown; may be empty.
    pub(crate) name: String,
}

impl Root {
    /// The folder `path`, called as one sees it from `base`; a path that leads elsewhere is called as it is.
    pub(crate) fn seen_from(path: &Path, base: &Path) -> Root {
        let name = match (path.canonicalize(), base.canonicalize()) {
            (Ok(path), Ok(base)) => relative(&path, &base),
            _ => path.to_path_buf(),
        };
        let parts: Vec<_> = name.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        Root { path: path.to_path_buf(), name: parts.join("/").replacen("//", "/", 1) }
    }

    /// Reads and checks the folder.
    pub(crate) fn check(&self) -> Set {
        migrations_rules::check(&self.path, &self.name)
    }

    /// The folder, read, if it is there at all.
    pub(crate) fn existing(&self) -> Result<Set, CommandError> {
        if self.path.is_dir() {
            return Ok(self.check());
        }
        let path = self.path.display();
        Err(CommandError::new(format!("there is no folder {path}")).help(format!(
            "create it with `mkdir -p {path}/sql`, or name the folder that holds the migrations"
        )))
    }

    /// How a file of the folder is called.
    pub(crate) fn shown(&self, path: &str) -> String {
        let path = migrations_text::printable(path);
        match self.name.trim_end_matches('/') {
            "" | "." => path.into_owned(),
            name => format!("{name}/{path}"),
        }
    }
}

/// The folder that a forge shows paths from: that of the repository, or else `start` itself.
pub(crate) fn repository(start: &Path) -> PathBuf {
    let workspace = env::var_os("GITHUB_WORKSPACE").map(PathBuf::from).filter(|path| path.is_dir());
    let with_git = || start.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf);
    with_git().or(workspace).unwrap_or_else(|| start.to_path_buf())
}

/// The migration that is called `written`: by its name, with or without number and category.
pub(crate) fn find<'s>(set: &'s Set, written: &str) -> Result<&'s Migration, CommandError> {
    if let Some(found) = set.migrations.iter().find(|migration| is_called(migration, written)) {
        return Ok(found);
    }
    let stem = written.rsplit('/').next().unwrap_or(written);
    let archived = set
        .archived
        .iter()
        .find(|archived| archived.file_name.stem() == stem || archived.file_name.name == stem);
    let error = CommandError::new(format!("there is no migration `{}`", migrations_text::printable(written)));
    Err(match archived {
        Some(archived) => error.help(format!("{} lies in the archive and is never run", archived.path)),
        None => error.help(closest(set, stem)),
    })
}

fn closest(set: &Set, stem: &str) -> String {
    let stems: Vec<String> = set.migrations.iter().map(|migration| migration.file_name.stem()).collect();
    let names = set.migrations.iter().map(|migration| migration.file_name.name.as_str());
    let known = stems.iter().map(String::as_str).chain(names);
    did_you_mean(stem, known)
        .unwrap_or_else(|| "name it as its file is named, such as `001_create_users`".to_owned())
}

fn is_called(migration: &Migration, written: &str) -> bool {
    let (category, stem) = match written.rsplit_once('/') {
        Some((category, stem)) => (Some(category), stem),
        None => (None, written),
    };
    let Ok(written) = migrations_rules::FileName::parse(stem) else { return false };
    category.is_none_or(|category| category == migration.category)
        && written.name == migration.file_name.name
        && (written.number.is_none() || written.number == migration.file_name.number)
}

/// The way from `base` to `path`, both of them absolute.
fn relative(path: &Path, base: &Path) -> PathBuf {
    let shared = path.components().zip(base.components()).take_while(|(a, b)| a == b).count();
    let up = base.components().skip(shared).map(|_| Component::ParentDir);
    let down = path.components().skip(shared);
    if shared == 0 { path.to_path_buf() } else { up.chain(down).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_called_as_one_sees_it() {
        let way = |path: &str, base: &str| relative(Path::new(path), Path::new(base));
        assert_eq!(way("/a/b/c", "/a/b"), Path::new("c"));
        assert_eq!(way("/a/b", "/a/b"), Path::new(""));
        assert_eq!(way("/a/x", "/a/b/c"), Path::new("../../x"));
    }

    #[test]
    fn files_are_called_with_their_folder() {
        let called =
            |name: &str| Root { path: PathBuf::new(), name: name.to_owned() }.shown("sql/a/001_b.sql");
        assert_eq!(called("db"), "db/sql/a/001_b.sql");
        assert_eq!(called("."), "sql/a/001_b.sql");
        assert_eq!(called(""), "sql/a/001_b.sql");
    }
}
