//! The rules about files: their names, numbers, headers, sections, directives, lengths.

use crate::{marked, of_body, problems, with_body};

/// The problems of these files, each as `path: message; help`.
fn said(files: &[(&str, &str)]) -> Vec<String> {
    problems(files)
        .iter()
        .map(|problem| format!("{}: {}; {}", problem.path, problem.message, problem.help.join("; ")))
        .collect()
}

#[test]
fn a_file_name_is_refused_with_what_is_wrong_and_a_better_one() {
    for (name, wrong, better) in [
        (
            "V1__Init.sql",
            "a name is lower-case letters, digits and single underscores",
            "rename it to `1_init.sql`",
        ),
        ("001.sql", "there is no name behind the number", "name it like `001_create_users.sql`"),
        (
            "18446744073709551616_a.sql",
            "the number does not fit into 64 bits",
            "name it like `001_create_users.sql`",
        ),
    ] {
        let expected = format!("{name}: `{name}` is not the name of a migration: {wrong}; {better}");
        assert_eq!(said(&[(name, "")]), [expected]);
    }
}

#[test]
fn a_number_that_stands_twice_is_replaced_by_the_next_free_one() {
    let sql = with_body("SELECT 1;");
    let files = |paths: &[&str]| said(&paths.iter().map(|path| (*path, &*sql)).collect::<Vec<_>>());
    assert_eq!(
        files(&[
            "schema/007_a.sql",
            "schema/007_b.sql",
            "schema/7_c.sql",
            "schema/009_d.sql",
            "data/010_e.sql"
        ]),
        [
            "schema/007_b.sql: number 007 stands twice in category `schema`; schema/007_a.sql has it; \
             the next free number is 010: rename this file to `010_b.sql`",
            "schema/7_c.sql: number 7 stands twice in category `schema`; schema/007_a.sql has it; \
             the next free number is 11: rename this file to `11_c.sql`",
        ]
    );
    assert_eq!(
        files(&["1_a.sql", "1_b.sql"]),
        ["1_b.sql: number 1 stands twice in the folder; 1_a.sql has it; \
          the next free number is 2: rename this file to `2_b.sql`"]
    );
    assert_eq!(files(&["a.sql", "b.sql", "archive/1_c.sql", "1_d.sql"]), [""; 0]);
    let superseded = "-- Superseded-by: schema/065_b.\n";
    for (number, count) in [("065", 0), ("064", 1)] {
        let found = said(&[
            ("sql/schema/064_a.sql", &sql),
            ("sql/schema/065_b.sql", &sql),
            (&format!("archive/schema/{number}_old.sql"), superseded),
        ]);
        assert_eq!(found.len(), count, "{found:#?}");
    }
}

#[test]
fn a_dependency_on_the_archive_names_what_took_its_place() {
    let needs_old = with_body("SELECT 1;").replace("none", "old");
    for (archived, help) in [
        ("-- Superseded-by: schema/003_newer\n", "; depend on `003_newer`, which superseded it"),
        ("SELECT 1;\n--Superseded-by:newer.\n", "; depend on `newer`, which superseded it"),
        ("-- Superseded by: 003_newer\n", "; depend on what superseded it"),
        ("-- Superseded-by: the newer one\n", "; depend on what superseded it"),
    ] {
        assert_eq!(
            said(&[("archive/001_old.sql", archived), ("sql/schema/002_a.sql", &needs_old)]),
            [format!("sql/schema/002_a.sql: `old` lies in the archive; it is archive/001_old.sql{help}")]
        );
    }
}

#[test]
fn an_unknown_dependency_is_answered_with_the_name_that_is_meant() {
    let needs = |written: &str| {
        let needing = with_body("SELECT 1;").replace("none", written);
        let found = said(&[
            ("sql/001_unnamed.sql", &with_body("SELECT 1;")),
            ("sql/schema/002_create_shop.sql", &with_body("SELECT 1;")),
            ("sql/schema/003_fill_shop.sql", &needing),
        ]);
        assert_eq!(found.len(), 1, "{found:#?}");
        found.concat().split_once("; ").unwrap().1.to_owned()
    };
    assert_eq!(needs("001_create_shop"), "did you mean `schema/002_create_shop`?");
    assert_eq!(needs("schema/unnamed"), "did you mean `001_unnamed`?");
    assert_eq!(needs("schema/002_creat_shop"), "did you mean `002_create_shop`?");
    assert_eq!(needs("x"), "no migration has this name; write `none` when there is no dependency");
    let names = "write the name of a migration, such as `010_create_users`; several are separated by commas";
    assert_eq!(needs("the shop"), names);
}

#[test]
fn a_header_that_is_missing_is_written_out_in_the_language_of_the_file() {
    for (path, comment, rest) in [
        ("sql/schema/001_a.sql", "--", "SELECT 1;\n-- @rollback\nSELECT 1;\n"),
        ("runners/001_a.rs", "//!", "pub fn up() {}\n"),
    ] {
        let purpose = format!("`{comment} Migration: <what it is for>`");
        let dependencies = format!(
            "`{comment} Dependencies: none`, or the migrations that must have run before, \
             as `{comment} Dependencies: 001_a, 002_b`"
        );
        let rollback = format!(
            "`{comment} Rollback: <how it is undone>`, or `{comment} Rollback: irreversible: <reason>`"
        );
        assert_eq!(
            said(&[(path, rest)]),
            [format!(
                "{path}: the header has no `Migration`, no `Dependencies`, no `Rollback`; \
                 at the top of the file write {purpose}; at the top of the file write {dependencies}; \
                 at the top of the file write {rollback}"
            )]
        );
        let text = format!(
            "{comment} Migration:\n{comment} Dependency: none\n{comment} Rollback: a.\n{comment} Rollback: b.\n{rest}"
        );
        assert_eq!(
            said(&[(path, &text)]),
            [
                format!("{path}: `Migration` has no value; write {purpose}"),
                format!("{path}: the header has no `Dependencies`; did you mean `Dependencies`?"),
                format!(
                    "{path}: `Rollback` stands twice; keep one; a value goes on in lines that are indented under it"
                ),
            ]
        );
    }
}

#[test]
fn categories_that_are_listed_are_the_only_ones() {
    let sql = with_body("SELECT 1;");
    let runner = "//! Migration: a.\n//! Dependencies: none\n//! Rollback: nothing is left.\n";
    let config = "categories = ['schema', 'data']\n";
    assert_eq!(
        said(&[
            ("migrations.toml", config),
            ("sql/001_a.sql", &sql),
            ("sql/schma/002_b.sql", &sql),
            ("sql/reports/003_c.sql", &sql),
            ("sql/schema/004_d.sql", &sql),
            ("runners/005_e.rs", runner),
        ]),
        [
            "sql: migrations lie outside of every category; \
             move them into a folder that `categories` lists: schema, data",
            "sql/reports: `reports` is not a category of migrations.toml; \
             add it to `categories` in migrations.toml, at its place in the order",
            "sql/schma: `schma` is not a category of migrations.toml; did you mean `schema`?",
        ]
    );
}

#[test]
fn a_directive_that_cannot_take_effect_is_reported() {
    let all = "the directives are `@verify`, `@rollback`, `@no-transaction`, `@backup`, `@renamed-from`, `@replaces`, \
               `@allow`";
    let mend = "without it there is no set that could be run; mend the migration instead";
    for (directive, message, help) in [
        ("-- @verfy", "unknown directive `@verfy`", "did you mean `@verify`?"),
        ("-- @todo", "unknown directive `@todo`", all),
        ("-- @allow data-los: why", "unknown rule `data-los`", "did you mean `data-loss`?"),
        ("-- @allow x: why", "unknown rule `x`", "the rules are listed in docs/rules"),
        ("-- @allow duplicate-name: why", "rule `duplicate-name` cannot be allowed", mend),
        (
            "-- @renamed-from Old Name",
            "`Old Name` is not the name of a migration",
            "write `-- @renamed-from 012_old_name`",
        ),
        (
            "-- @backup users",
            "the directive is not written like this",
            "write `-- @backup schema.table`, or `schema.table.column`",
        ),
    ] {
        let text = with_body(&format!("{directive}\nSELECT 1;"));
        assert_eq!(said(&[("001_a.sql", &text)]), [format!("001_a.sql: {message}; {help}")]);
    }
    let backup = of_body("-- @no-transaction\n-- @backup shop.users\nVACUUM;");
    assert_eq!(backup[0].message, "a backup needs the transaction of its migration, and this one has none");
    let twice = of_body("SELECT 1;\n-- @verify\nSELECT true;\n-- @verify\nSELECT true;");
    assert_eq!((twice.len(), &*twice[0].message), (1, "the directive stands twice"));
}

#[test]
fn a_file_that_is_too_long_is_split_near_its_middle() {
    let config = "max_lines = 12\n";
    let long = |body: &str| said(&[("migrations.toml", config), ("001_a.sql", &with_body(body))]);
    let statements = "SELECT 1;\n".repeat(8);
    assert_eq!(
        long(&statements),
        ["001_a.sql: 16 lines; the limit is 12; split it, for example before the statement on line 8"]
    );
    let outer = format!("BEGIN;\n\n\n{statements}COMMIT;");
    assert_eq!(
        long(&outer),
        ["001_a.sql: 19 lines; the limit is 12; split it, for example before the statement on line 11"]
    );
    let one = format!("SELECT 1{};", "\n+ 1".repeat(8));
    assert_eq!(long(&one), ["001_a.sql: 16 lines; the limit is 12; split it into several files"]);
    assert_eq!(long(&"SELECT 1;\n".repeat(4)), [""; 0]);
    let found = problems(&[("migrations.toml", config), ("001_a.sql", &with_body(&statements))]);
    assert_eq!(found[0].position.line, 13, "the first line past the limit");
}

#[test]
fn a_runner_that_is_too_long_hands_its_code_to_the_crate() {
    let runner = "//! Migration: a.\n//! Dependencies: none\n//! Rollback: nothing is left.\n";
    let (sql, config) = (with_body("SELECT 1;"), "max_lines = 8\n");
    for (name, count) in [("001_a", 8), ("001_a", 9), ("002_b", 8), ("002_b", 9)] {
        let path = format!("runners/{name}.rs");
        let text = format!("{runner}{}", "\n".repeat(count - 3));
        let files = [("migrations.toml", config), ("sql/s/001_a.sql", &sql), (&path, &text)];
        let help = "move what is not particular to this migration into a module of the crate";
        let expected = (count > 8).then(|| format!("{path}: {count} lines; the limit is 8; {help}"));
        assert_eq!(said(&files), Vec::from_iter(expected));
        assert!(problems(&files).iter().all(|problem| problem.position.line == 9));
    }
    let allowed = with_body("-- @allow file-too-long: it is read once\nSELECT 1;");
    let text = format!("{runner}{}", "\n".repeat(9));
    assert_eq!(
        said(&[
            ("migrations.toml", "max_lines = 9\n"),
            ("sql/s/001_a.sql", &allowed),
            ("runners/001_a.rs", &text)
        ]),
        [""; 0]
    );
}

#[test]
fn an_empty_migration_may_have_sections() {
    let found = of_body("-- to be done\n\n-- @verify\nSELECT true;");
    assert_eq!((found.len(), &*found[0].message), (1, "there is no statement in the body"));
}

#[test]
fn a_quote_that_swallows_the_rollback_is_the_only_problem() {
    let found = of_body("SELECT 'a;");
    assert_eq!((found.len(), &*found[0].rule), (1, "syntax-error"), "{found:#?}");
    let text = with_body("SELECT (1;").replace("-- @rollback\nSELECT 1;\n", "");
    let rules: Vec<String> =
        problems(&[("001_a.sql", &text)]).iter().map(|problem| problem.rule.to_string()).collect();
    assert_eq!(rules, ["missing-rollback", "syntax-error"]);
}

#[test]
fn what_is_replaced_lies_in_the_archive_and_is_replaced_once() {
    let sql = with_body("SELECT 1;");
    let found = |directive: &str| {
        let new = with_body(&format!("{directive}\nSELECT 1;"));
        problems(&[
            ("archive/s/001_a.sql", "SELECT 1;\n"),
            ("archive/s/002_ab.sql", "SELECT 1;\n"),
            ("sql/s/003_c.sql", &sql),
            ("sql/s/004_d.sql", &new),
        ])
    };
    for right in
        ["-- @replaces 001_a", "-- @replaces a,002_ab", "-- @replaces 001_a\n-- @replaces 001_a 002_ab"]
    {
        assert_eq!(found(right), [], "{right}");
    }
    for (directive, name, message, help) in [
        ("-- @replaces 002_abc 001_a", "002_abc", "does not lie in the archive", "did you mean `002_ab`?"),
        (
            "-- @replaces 001_a 003_c",
            "003_c",
            "does not lie in the archive",
            "it would still be run; move its file to `archive/`",
        ),
        (
            "-- @replaces somewhere_else",
            "somewhere_else",
            "does not lie in the archive",
            "keep its file in `archive/`, so that its number stays taken",
        ),
        (
            "-- @replaces A-b",
            "A-b",
            "does not lie in the archive",
            "write the names of migrations, such as `001_users`, with spaces between them",
        ),
    ] {
        let found = found(directive);
        assert_eq!(found.len(), 1, "{directive}: {found:#?}");
        assert_eq!((marked(&found[0]), &found[0].message), (name, &format!("`{name}` {message}")));
        assert_eq!(found[0].help, [help]);
    }
    let behind = found("-- @replaces 002_ab 002_a");
    assert_eq!((marked(&behind[0]), behind[0].position.column), ("002_a", 21));
    let new = with_body("-- @replaces 001_a\nSELECT 1;");
    let twice = said(&[("archive/s/001_a.sql", ""), ("sql/s/002_b.sql", &new), ("sql/s/003_c.sql", &new)]);
    assert_eq!(twice, ["sql/s/003_c.sql: `001_a` is replaced already; sql/s/002_b.sql replaces it as well"]);
}
