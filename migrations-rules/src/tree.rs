//! Reads the folder: which files there are, what each of them is, and what does not belong.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use migrations_text::printable;

use crate::config;
use crate::cores;
use crate::migration::RUNNERS;

/// The files of a migrations folder, each with its place in it, in the order of their paths.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
    /// The folders that hold migrations, in the order of their names; `""` is the unnamed category.
    pub(crate) categories: Vec<String>,
    pub(crate) misfits: Vec<Misfit>,
}

/// One file that belongs to the folder.
#[derive(Debug)]
pub(crate) struct File {
    /// Relative to the root, `/` between parts.
    pub(crate) path: String,
    pub(crate) place: Place,
    pub(crate) bytes: Vec<u8>,
}

/// What a file is, by where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Config,
    Migration { category: String },
    Runner,
    Archive { category: Option<String> },
}

/// Something in the folder that does not belong there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) path: String,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl File {
    /// The file name without folder and extension.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    fn read(root: &Path, path: String, place: Place) -> Result<File, Misfit> {
        let at = root.join(&path);
        let metadata = fs::metadata(&at);
        // To open a named pipe is to wait for whoever writes to it.
        if metadata.as_ref().is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Misfit::new(path, "neither a file nor a folder", "put a file here"));
        }
        let length = metadata.map_or(0, |metadata| metadata.len());
        match read_at_most(&at, length, LONGEST + 1) {
            Ok(bytes) if bytes.len() > LONGEST && !matches!(place, Place::Archive { .. }) => {
                Err(Misfit::new(
                    path,
                    "longer than 4 MiB",
                    "split it; large amounts of rows are no work for a migration",
                ))
            }
            Ok(bytes) => Ok(File { path, place, bytes }),
            Err(error) => Err(Misfit::unreadable(path, &error)),
        }
    }
}

impl Misfit {
    fn new(path: String, message: &str, help: &str) -> Misfit {
        let path = printable::into_line(path);
        Misfit { path, message: message.to_owned(), help: help.to_owned() }
    }

    fn unreadable(path: String, error: &io::Error) -> Misfit {
        let help = match error.kind() {
            io::ErrorKind::NotFound if path.is_empty() => {
                let help = "create it, or correct the path, which begins at the folder of Cargo.toml";
                return Misfit::new(path, "there is no such folder", help);
            }
            io::ErrorKind::NotADirectory if path.is_empty() => {
                return Misfit::new(
                    path,
                    "a file, not a folder",
                    "name the folder that holds the migrations",
                );
            }
            _ => "make it readable",
        };
        Misfit::new(path, &format!("cannot be read: {error}"), help)
    }
}

/// Reads the folder `root`. Nothing stops it: what cannot be read is a misfit.
pub(crate) fn read(root: &Path) -> Tree {
    let (root, canonical) = (root.to_owned(), fs::canonicalize(root).ok());
    let mut walk = Walk { root, canonical, tree: Tree::default(), files: Vec::new() };
    walk.root();
    let Walk { root, mut tree, mut files, .. } = walk;
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    for file in cores::each(files, SHARE, |(path, place)| File::read(&root, path, place)) {
        match file {
            Ok(file) => tree.files.push(file),
            Err(misfit) => tree.misfits.push(misfit),
        }
    }
    tree.categories.sort();
    tree
}

/// So many files are worth a thread to read them.
const SHARE: usize = 64;

struct Walk {
    root: PathBuf,
    canonical: Option<PathBuf>,
    tree: Tree,
    /// The files that belong to the folder, which are yet to be read.
    files: Vec<(String, Place)>,
}

/// One entry of a folder: its name, its path from the root, and whether it is a folder itself.
struct Entry {
    name: String,
    path: String,
    folder: bool,
}

impl Walk {
    fn root(&mut self) {
        let entries = self.entries("");
        let named = |entries: &[Entry], name: &str| entries.iter().any(|e| e.folder && e.name == name);
        let flat = !named(&entries, "sql");
        for entry in entries {
            match (entry.folder, entry.name.as_str()) {
                (false, config::FILE_NAME) => self.file(entry.path, Place::Config),
                (true, "sql") => self.categories(&entry.path),
                (true, "runners") => self.runners(&entry.path),
                (true, "archive") => self.archive(&entry.path, None),
                (true, name) if is_misspelt_folder(name) => self.misspelt_folder(entry),
                (true, _) if flat => self.category(&entry.path, &entry.name),
                (false, _) if flat => self.migration(entry, ""),
                (false, name) if has_extension(name, "sql") => self.misfit(
                    entry.path,
                    "an SQL file beside the folder `sql`",
                    "move it into one of the folders of `sql`",
                ),
                // Beside `sql/` the root may hold whatever its owner likes: it can be a whole crate.
                _ => {}
            }
        }
    }

    fn categories(&mut self, sql: &str) {
        for entry in self.entries(sql) {
            if entry.folder {
                self.category(&entry.path, &entry.name);
            } else {
                self.migration(entry, "");
            }
        }
    }

    fn category(&mut self, folder: &str, category: &str) {
        self.tree.categories.push(category.to_owned());
        for entry in self.entries(folder) {
            if entry.folder {
                self.misfit(
                    entry.path,
                    "a folder inside a category",
                    "a category holds files only; move its migrations up, or make it a category of its own",
                );
            } else {
                self.migration(entry, category);
            }
        }
    }

    fn migration(&mut self, entry: Entry, category: &str) {
        if entry.name.ends_with(".sql") {
            if category.is_empty() && !self.tree.categories.iter().any(String::is_empty) {
                self.tree.categories.push(String::new());
            }
            self.file(entry.path, Place::Migration { category: category.to_owned() });
        } else if !is_readme(&entry.name) {
            self.wrong_extension(entry, "sql", "a migration is a `.sql` file");
        }
    }

    fn runners(&mut self, folder: &str) {
        for entry in self.entries(folder) {
            if entry.folder {
                self.misfit(entry.path, "a folder among the runners", "`runners` holds `.rs` files only");
            } else if entry.name.ends_with(".rs") {
                self.file(entry.path, Place::Runner);
            } else if !is_readme(&entry.name) {
                self.wrong_extension(entry, "rs", "a runner is a `.rs` file");
            }
        }
    }

    /// The archive is kept for people: any text may lie in it, at any depth. A folder named like a
    /// category reserves the numbers in it for that category, and so does `runners`.
    fn archive(&mut self, folder: &str, category: Option<&str>) {
        for entry in self.entries(folder) {
            if entry.folder {
                let category = if entry.name == "sql" { category } else { Some(entry.name.as_str()) };
                self.archive(&entry.path, category);
            } else if entry.name.ends_with(".sql")
                || (category == Some(RUNNERS) && entry.name.ends_with(".rs"))
            {
                self.file(entry.path, Place::Archive { category: category.map(str::to_owned) });
            }
        }
    }

    fn file(&mut self, path: String, place: Place) {
        self.files.push((path, place));
    }

    fn entries(&mut self, folder: &str) -> Vec<Entry> {
        let listing = match fs::read_dir(self.root.join(folder)) {
            Ok(listing) => listing,
            Err(error) => {
                self.unreadable(folder.to_owned(), &error);
                return Vec::new();
            }
        };
        let mut entries: Vec<Entry> = listing.filter_map(|entry| self.entry(folder, entry)).collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries
    }

    fn entry(&mut self, folder: &str, entry: io::Result<fs::DirEntry>) -> Option<Entry> {
        let entry = entry.inspect_err(|error| self.unreadable(folder.to_owned(), error)).ok()?;
        let raw_name = entry.file_name();
        if raw_name.as_encoded_bytes().starts_with(b".") {
            return None;
        }
        let lossy = raw_name.to_string_lossy().into_owned();
        let path = if folder.is_empty() { lossy.clone() } else { format!("{folder}/{lossy}") };
        if let Some(what) = unshowable(&raw_name) {
            self.misfit(path, what, "rename it");
            return None;
        }
        let kind = entry.file_type().inspect_err(|error| self.unreadable(path.clone(), error)).ok()?;
        if kind.is_symlink() {
            return self.link(&entry.path(), lossy, path);
        }
        Some(Entry { name: lossy, path, folder: kind.is_dir() })
    }

    fn link(&mut self, at: &Path, name: String, path: String) -> Option<Entry> {
        let target = match fs::canonicalize(at) {
            Ok(target) => target,
            Err(error) => {
                let help = "remove the link, or let it point to a file of this folder";
                self.misfit(path, &format!("a symbolic link that leads nowhere: {error}"), help);
                return None;
            }
        };
        let inside = self.canonical.as_ref().is_some_and(|root| target.starts_with(root));
        if inside && target.is_file() {
            return Some(Entry { name, path, folder: false });
        }
        let what = if inside { "a symbolic link to a folder" } else { "a symbolic link out of the folder" };
        self.misfit(path, what, "put the file itself here, so that every checkout has the same migrations");
        None
    }

    fn misspelt_folder(&mut self, entry: Entry) {
        let right = entry.name.to_lowercase();
        self.misfit(
            entry.path,
            &format!("`{}` differs from `{right}` only in case", entry.name),
            &format!("rename it to `{right}`: on some file systems the two are the same folder"),
        );
    }

    fn wrong_extension(&mut self, entry: Entry, extension: &str, rule: &str) {
        let help = if has_extension(&entry.name, extension) {
            format!("write the extension in lower case: `.{extension}`")
        } else {
            format!("{rule}; move other files out of the folder, or give them a name that begins with `.`")
        };
        self.misfit(entry.path, "a file that does not belong here", &help);
    }

    fn unreadable(&mut self, path: String, error: &io::Error) {
        self.tree.misfits.push(Misfit::unreadable(path, error));
    }

    fn misfit(&mut self, path: String, message: &str, help: &str) {
        self.tree.misfits.push(Misfit::new(path, message, help));
    }
}

/// How many bytes a file may have: what is much longer takes the parser minutes and gigabytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// The bytes of a file, which probably has this length, up to a limit.
fn read_at_most(at: &Path, length: u64, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(limit).min(limit));
    fs::File::open(at)?.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What keeps a name from being shown to people.
fn unshowable(name: &OsStr) -> Option<&'static str> {
    match name.to_str() {
        None => Some("a name that is not UTF-8"),
        Some(name) if name.contains(printable::is_unprintable) => {
            Some("a name with characters that cannot be shown")
        }
        Some(_) => None,
    }
}

fn is_misspelt_folder(name: &str) -> bool {
    ["sql", "runners", "archive"].contains(&name.to_lowercase().as_str())
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

fn is_readme(name: &str) -> bool {
    name.eq_ignore_ascii_case("readme.md") || name.eq_ignore_ascii_case("readme.txt") || name == "README"
}
