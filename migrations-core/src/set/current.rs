//! Whether the set that is compiled in is still that of its folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use migrations_text::printable;

/// The test that the macro generates: fails when there are other files in the folder than those that are compiled in, of
/// which `embedded` has the paths, one a line. What is in a file that is compiled in is the compiler's to watch.
///
/// # Panics
/// When a migration or a runner has come or gone.
#[allow(clippy::panic)] // A failing test panics.
pub fn assert_current(manifest_dir: &str, folder: &str, embedded: &str) {
    let found = files(Path::new(manifest_dir), folder);
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    let embedded: BTreeSet<&str> = embedded.lines().collect();
    let new = found.difference(&embedded).map(|path| format!("{} is new", printable(path)));
    let gone = embedded.difference(&found).map(|path| format!("{} is gone", printable(path)));
    let differences: Vec<String> = new.chain(gone).collect();
    assert!(
        differences.is_empty(),
        "the migrations that are compiled in are not those of `{folder}`:\n{}\n\n\
         A new file is noticed only if the package has a build script. Write this into build.rs:\n\n    \
         fn main() {{ println!(\"cargo::rerun-if-changed={folder}\"); }}\n",
        differences.join("\n")
    );
}

/// The paths of the migrations and runners in a folder, relative to it.
fn files(manifest_dir: &Path, folder: &str) -> Vec<String> {
    let root = manifest_dir.join(folder);
    let below = |path: &str, extension: &str| {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(root.join(path)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() {
                folders.push(format!("{path}{name}/"));
            } else if name.ends_with(extension) && !name.starts_with('.') {
                files.push(format!("{path}{name}"));
            }
        }
        (files, folders)
    };
    let (mut files, _) = below("runners/", ".rs");
    // Without a folder `sql`, the categories lie in the root.
    let sql = if root.join("sql").is_dir() { "sql/" } else { "" };
    let (uncategorised, categories) = below(sql, ".sql");
    files.extend(uncategorised);
    for category in categories.iter().filter(|path| !["runners/", "archive/"].contains(&path.as_str())) {
        files.extend(below(category, ".sql").0);
    }
    files
}
