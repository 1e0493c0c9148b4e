use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::*;
use crate::cli::folder::trial::Folder;

/// All files of a folder with their bytes, hidden ones included, and its folders.
fn everything(root: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = if path.is_dir() {
                folders.push(path.clone());
                None
            } else {
                Some(fs::read(&path).unwrap())
            };
            found.insert(path, bytes);
        }
    }
    found
}

fn three_changes() -> Vec<Change> {
    let change =
        |from: &str, to: &str| Change { from: Some(from.into()), to: to.into(), bytes: b"new".to_vec() };
    vec![
        change("sql/a/001_a.sql", "sql/a/001_a.sql"),
        change("sql/a/002_b.sql", "archive/a/002_b.sql"),
        Change::create("sql/c/003_c.sql", "made"),
    ]
}

fn folder() -> Folder {
    Folder::of(&[("sql/a/001_a.sql", "one"), ("sql/a/002_b.sql", "two")]).unwrap()
}

#[test]
fn all_changes_are_made() {
    let folder = folder();
    make(folder.path(), &three_changes()).unwrap();
    let found: Vec<_> = everything(folder.path())
        .into_iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix(folder.path()).unwrap().to_owned(), bytes?)))
        .collect();
    let wanted = [("archive/a/002_b.sql", "new"), ("sql/a/001_a.sql", "new"), ("sql/c/003_c.sql", "made")];
    assert_eq!(found, wanted.map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())));
}

#[test]
fn whichever_step_fails_the_folder_is_as_it_was() {
    let mut failed = 0;
    for fatal in 0..9 {
        let folder = folder();
        let before = everything(folder.path());
        let mut steps = 0..fatal;
        let refuse = || steps.next().map(drop).ok_or_else(|| io::Error::other("no more"));
        let Err(error) = make_watched(folder.path(), &three_changes(), refuse) else { continue };
        failed += 1;
        assert_eq!(everything(folder.path()), before, "step {fatal}");
        assert!(error.report().contains("cannot be written: no more"), "{}", error.report());
        assert!(error.report().ends_with("nothing was changed"), "{}", error.report());
    }
    assert_eq!(failed, 4);
}

#[test]
fn nothing_is_overwritten_and_no_link_is_followed() {
    let folder = folder();
    let before = everything(folder.path());
    let refused = |change: Change| {
        let error = make(folder.path(), &[three_changes().remove(0), change]).unwrap_err();
        assert_eq!(everything(folder.path()), before);
        error.to_string()
    };
    assert!(refused(Change::create("sql/a/002_b.sql", "x")).ends_with("002_b.sql is there already"));
    assert!(refused(Change::create("sql/a/001_a.sql/x.sql", "x")).ends_with("001_a.sql is no folder"));
    let long = format!("sql/a/{}.sql", "x".repeat(300));
    assert!(refused(Change::create(long, "x")).ends_with("cannot be written") || cfg!(windows));
}

#[cfg(unix)]
#[test]
fn a_link_is_not_changed_and_a_linked_folder_not_written_to() {
    let (folder, elsewhere) = (folder(), folder());
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("sql/away")).unwrap();
    std::os::unix::fs::symlink("001_a.sql", folder.path().join("sql/a/003_link.sql")).unwrap();
    let before = everything(elsewhere.path());
    let error = make(folder.path(), &[Change::create("sql/away/001_x.sql", "x")]).unwrap_err();
    assert!(error.to_string().ends_with("sql/away is no folder"), "{error}");
    assert_eq!(everything(elsewhere.path()), before);
    let error = read(folder.path(), "sql/a/003_link.sql").unwrap_err();
    assert!(error.to_string().ends_with("003_link.sql is a symbolic link"), "{error}");
    let error = read(folder.path(), "sql/a/004_gone.sql").unwrap_err();
    assert!(error.to_string().ends_with("004_gone.sql cannot be read"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let mode = |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(folder.path().join("sql/a/002_b.sql"), fs::Permissions::from_mode(0o640)).unwrap();
    make(folder.path(), &three_changes()).unwrap();
    assert_eq!(mode("archive/a/002_b.sql"), 0o640);
}

/// Whoever may write everywhere, as root may, sees nothing of this.
#[cfg(unix)]
#[test]
fn where_nothing_may_be_written_nothing_changes() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let before = everything(folder.path());
    let set_mode = |path: &str, mode: u32| {
        fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    set_mode("sql", 0o555);
    if fs::create_dir(folder.path().join("sql/probe")).is_ok() {
        return;
    }
    let error = make(folder.path(), &three_changes()).unwrap_err();
    assert!(error.report().contains("sql/c cannot be made: "), "{}", error.report());
    assert_eq!(everything(folder.path()), before);
    set_mode("sql/a", 0o555);
    let error = make(folder.path(), &three_changes()).unwrap_err();
    assert!(error.report().contains("sql/a/001_a.sql cannot be written: "), "{}", error.report());
    assert_eq!(everything(folder.path()), before);
    set_mode("sql/a/001_a.sql", 0o000);
    let error = read(folder.path(), "sql/a/001_a.sql").unwrap_err();
    assert!(error.report().contains("sql/a/001_a.sql cannot be read: "), "{}", error.report());
    set_mode("sql", 0o755);
    set_mode("sql/a", 0o755);
}
