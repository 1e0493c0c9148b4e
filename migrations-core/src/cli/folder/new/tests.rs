use std::fs;

use super::*;
use crate::cli::folder::trial::Folder;

const SQL: &str = "-- Migration: a.\n-- Dependencies: none\n-- Rollback: nothing is left.\n\nSELECT 1;\n\n-- @rollback\nSELECT 1;\n";

fn root(folder: &Folder) -> Root {
    Root { path: folder.path().to_path_buf(), name: "db".to_owned() }
}

fn folder(paths: &[&str]) -> Folder {
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, SQL)).collect();
    Folder::of(&files).unwrap()
}

fn options(category: &str, name: &str) -> Options {
    Options { category: Some(category.to_owned()), name: name.to_owned(), ..Options::default() }
}

/// The files that are made in a folder of these files.
fn made(paths: &[&str], options: &Options) -> Vec<String> {
    new(&root(&folder(paths)), options).unwrap().files
}

fn refused(paths: &[&str], options: &Options) -> String {
    let folder = folder(paths);
    let report = new(&root(&folder), options).unwrap_err().report();
    let still = root(&folder).check().files.len();
    assert_eq!(still, paths.len(), "{report}");
    report
}

#[test]
fn in_every_layout_a_new_file_lacks_only_what_its_author_has_to_say() {
    for (there, category, path) in [
        (&["sql/schema/007_a.sql"][..], "schema", "sql/schema/008_create_users.sql"),
        (&["sql/schema/007_a.sql"], "data", "sql/data/001_create_users.sql"),
        (&["schema/0007_a.sql"], "schema", "schema/0008_create_users.sql"),
        (&["schema/0007_a.sql"], "data", "data/0001_create_users.sql"),
        (&["7_a.sql"], ".", "8_create_users.sql"),
        (&["sql/7_a.sql"], ".", "sql/8_create_users.sql"),
        (&["a.sql"], ".", "create_users.sql"),
        (&[], "schema", "sql/schema/001_create_users.sql"),
        (&[], "", "001_create_users.sql"),
    ] {
        let folder = folder(there);
        let root = root(&folder);
        let outcome = new(&root, &options(category, "create_users")).unwrap();
        assert_eq!(outcome.files, [format!("db/{path}")]);
        let open = |root: &Root| -> Vec<String> {
            root.check().problems.iter().map(|problem| problem.rule.to_string()).collect()
        };
        assert_eq!(open(&root), ["empty-migration", "missing-header", "missing-rollback"], "{path}");

        let at = folder.path().join(path);
        let text = fs::read_to_string(&at).unwrap();
        assert!(text.starts_with("-- Migration: Create users.\n-- Dependencies: "), "{text}");
        let body =
            text.replace("Rollback:", "Rollback: none is needed.").replace("\n\n--", "\n\nSELECT 1;\n--");
        fs::write(&at, body.replace("-- What undoes", "SELECT 1; -- What undoes")).unwrap();
        assert_eq!(open(&root), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn the_number_is_the_next_one_that_the_category_and_its_archive_leave_free() {
    let there = ["sql/a/003_x.sql", "archive/sql/a/011_y.sql", "sql/b/020_z.sql"];
    assert_eq!(made(&there, &options("a", "next")), ["db/sql/a/012_next.sql"]);
    assert_eq!(made(&there, &options("b", "next")), ["db/sql/b/021_next.sql"]);
    assert_eq!(made(&["sql/a/999_x.sql"], &options("a", "next")), ["db/sql/a/1000_next.sql"]);
    let runner = Options { category: None, form: Form::Runner, ..options("", "fill") };
    assert_eq!(made(&there, &runner), ["db/runners/021_fill.rs"]);
    let timed = made(&["sql/a/20240131120000_x.sql"], &options("a", "next"));
    assert!(
        timed[0].starts_with("db/sql/a/202") && timed[0].len() == "db/sql/a/_next.sql".len() + 14,
        "{timed:?}"
    );
    assert!(*timed[0] > *"db/sql/a/2024013112");
}

#[test]
fn a_name_becomes_snake_case_where_that_is_plain_and_is_refused_where_not() {
    let there = ["sql/a/001_x.sql"];
    for name in ["Create Users", "createUsers", "create-users", "create_users"] {
        assert_eq!(made(&there, &options("a", name)), ["db/sql/a/002_create_users.sql"]);
    }
    let naive = refused(&there, &options("a", "naïve_users"));
    assert!(
        naive.contains("`naïve_users` is not the name of a migration") && naive.contains("`na_ve_users`"),
        "{naive}"
    );
    let numbered = refused(&there, &options("a", "007_create_users"));
    assert!(
        numbered.contains("begins with a number") && numbered.contains("write `create_users`"),
        "{numbered}"
    );
    let taken = refused(&there, &options("b", "x"));
    assert!(taken.contains("`x` is taken already") && taken.contains("sql/a/001_x.sql"), "{taken}");
    for name in ["", "___", "../x", "a/b", "a\nb", "x\u{202e}"] {
        assert!(refused(&there, &options("a", name)).contains("is not the name of a migration"), "{name:?}");
    }
    assert!(refused(&there, &options("a", &"x".repeat(300))).contains("cannot be written"));
}

#[test]
fn a_category_that_migrations_toml_does_not_list_is_refused() {
    let folder = Folder::of(&[
        ("migrations.toml", "categories = [\"schema\", \"data\"]\n"),
        ("sql/schema/001_a.sql", SQL),
    ])
    .unwrap();
    let report = new(&root(&folder), &options("shcema", "b")).unwrap_err().report();
    assert!(report.contains("`shcema` is not a category of migrations.toml"), "{report}");
    assert!(report.contains("did you mean `schema`?") && report.contains("`schema`, `data`"), "{report}");
    assert_eq!(new(&root(&folder), &options("data", "b")).unwrap().files, ["db/sql/data/001_b.sql"]);
}

#[test]
fn a_category_that_is_new_is_made_and_said() {
    let there = folder(&["sql/schema/001_a.sql"]);
    let outcome = new(&root(&there), &options("schemas", "b")).unwrap();
    assert_eq!(outcome.notes, ["category `schemas` is new; did you mean `schema`?"]);
    assert_eq!(outcome.to_string(), format!("db/sql/schemas/001_b.sql\nnote: {}\n", outcome.notes[0]));
    for category in ["../up", "a/b", ".hidden", "sql", "Runners", "archive", "a\nb"] {
        let report = refused(&["sql/schema/001_a.sql"], &options(category, "b"));
        assert!(report.contains("cannot be a category"), "{report}");
    }
}

#[test]
fn without_a_category_there_has_to_be_one_only() {
    let alone = Options { name: "b".to_owned(), ..Options::default() };
    assert_eq!(made(&["sql/schema/001_a.sql"], &alone), ["db/sql/schema/002_b.sql"]);
    assert!(refused(&["sql/x/001_a.sql", "sql/y/001_c.sql"], &alone).contains("the categories are `x`, `y`"));
    assert!(refused(&[], &alone).contains("its folder is made"));
}

#[test]
fn it_depends_on_what_runs_last_or_on_what_is_said() {
    let there = ["sql/a/001_x.sql", "sql/b/002_y.sql"];
    let dependencies = |after: Option<&[&str]>| {
        let folder = folder(&there);
        let after = after.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        new(&root(&folder), &Options { after, ..options("a", "next") }).map(|_| {
            let text = fs::read_to_string(folder.path().join("sql/a/002_next.sql")).unwrap();
            text.lines().nth(1).unwrap().to_owned()
        })
    };
    assert_eq!(dependencies(None).unwrap(), "-- Dependencies: b/002_y");
    assert_eq!(dependencies(Some(&["none"])).unwrap(), "-- Dependencies: none");
    assert_eq!(dependencies(Some(&["a/x", "002_y"])).unwrap(), "-- Dependencies: 001_x, b/002_y");
    let unknown = dependencies(Some(&["003_y"])).unwrap_err().report();
    assert!(unknown.contains("there is no migration `003_y`\n  = help: did you mean `002_y`?"), "{unknown}");
}

#[test]
fn each_form_has_its_files() {
    let there = ["sql/a/001_x.sql"];
    let text = |options: &Options, path: &str| {
        let folder = folder(&there);
        new(&root(&folder), options).unwrap();
        let problems = root(&folder).check().problems;
        let rules: Vec<String> = problems.iter().map(|problem| problem.rule.to_string()).collect();
        (fs::read_to_string(folder.path().join(path)).unwrap(), rules.join(" "))
    };
    let form = |form: Form| Options { form, purpose: Some("Fill\n it.".to_owned()), ..options("a", "fill") };
    let (sql, open) = text(&form(Form::NoTransaction), "sql/a/002_fill.sql");
    assert!(sql.contains("-- Migration: Fill it.\n") && sql.contains("\n-- @no-transaction\n"), "{sql}");
    assert_eq!(open, "empty-migration missing-header missing-rollback needless-no-transaction");
    let (companion, open) = text(&form(Form::WithCompanion), "runners/002_fill.rs");
    assert!(
        companion.contains("pub fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError>"),
        "{companion}"
    );
    assert_eq!(open, "empty-migration missing-header missing-rollback");
    let runner = Options { category: None, ..form(Form::Runner) };
    let (runner, open) = text(&runner, "runners/002_fill.rs");
    assert!(
        runner.starts_with("//! Migration: Fill it.\n//! Dependencies: `a/001_x`\n//! Rollback:\n"),
        "{runner}"
    );
    assert!(runner.contains("pub fn up(") && runner.contains("pub fn down("), "{runner}");
    assert_eq!(open, "missing-header");
    let placed = refused(&there, &form(Form::Runner));
    assert!(placed.contains("in no category"), "{placed}");
}

#[test]
fn a_folder_that_is_not_there_is_made_where_it_may_be() {
    let folder = folder(&[]);
    let root = Root::seen_from(&folder.path().join("migrtions"), folder.path());
    let report = new(&root, &options("a", "b")).unwrap_err().report();
    assert!(report.starts_with("error: there is no folder ") && report.contains("mkdir -p"), "{report}");
    assert!(!root.path.exists());
    let begun = |name: &str| new(&root, &Options { may_begin: true, ..options("a", name) });
    begun(&"x".repeat(300)).unwrap_err();
    assert!(!root.path.exists(), "what failed has left nothing");
    begun("b").unwrap();
    assert!(root.path.join("sql/a/001_b.sql").exists());
}

#[test]
fn where_nothing_can_be_written_nothing_is_left() {
    let folder = Folder::of(&[("sql/a/001_x.sql", SQL), ("runners", "a file")]).unwrap();
    let both = Options { form: Form::WithCompanion, ..options("a", "b") };
    let report = new(&root(&folder), &both).unwrap_err().report();
    assert!(report.contains("runners is no folder") && report.contains("nothing was changed"), "{report}");
    assert_eq!(fs::read_dir(folder.path().join("sql/a")).unwrap().count(), 1);
}
