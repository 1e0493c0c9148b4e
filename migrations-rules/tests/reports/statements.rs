//! `syntax-error`, `psql-command`, `index-before-bulk`.

use crate::{assert_accepted, assert_marked, help, of_body};

#[test]
fn a_syntax_error_marks_the_first_word_that_does_not_fit() {
    for (body, word) in [
        ("SELCT 1;", "SELCT"),
        ("SELECT 1 FORM shop.users;", "shop"),
        ("CREATE TABLE IF NOT EXISTS a (id int,);", ","),
        ("CREATE TABLE IF NOT EXISTS a (id int;", ";"),
        ("größe_2 1;", "größe_2"),
    ] {
        assert_marked("syntax-error", body, &[word]);
    }
}

#[test]
fn a_syntax_error_names_what_it_found_as_it_is_written() {
    for (written, named) in [
        ("(;", "`(`"),
        (")", "`)`"),
        ("[", "`[`"),
        ("]", "`]`"),
        (",", "`,`"),
        (".", "`.`"),
        (":", "`:`"),
        ("=", "`=`"),
        ("SELECT", "`SELECT`"),
    ] {
        let found = of_body(&format!("SET LOCAL ROLE {written};"));
        assert_eq!(found[0].message, format!("syntax error: expected a role, got {named}"));
    }
    for (body, message) in [
        ("PREPARE a (int;", "expected `)`"),
        ("EXECUTE a (;", "expected an expression, got `;`"),
        ("SELECT 1 AS a FROM b ORDER BY a HAVING true;", "HAVING must appear before ORDER BY"),
        ("SELECT 1 AS 'a';", "expected a name, got a string"),
        ("SELECT 0x;", "a number without its digits"),
        ("SET ROLE", "expected a role, but the statement ends"),
        ("ALTER OPERATOR a.b c;", "expected an operator, got a name"),
    ] {
        let found = of_body(body);
        let said = found.iter().find(|problem| problem.rule == "syntax-error");
        assert_eq!(
            said.map(|problem| &*problem.message),
            Some(&*format!("syntax error: {message}")),
            "{body}"
        );
    }
}

/// The rules that report a body.
fn rules_of(body: &str) -> Vec<String> {
    of_body(body).iter().map(|problem| problem.rule.to_string()).collect()
}

#[test]
fn a_long_statement_is_parsed_and_one_that_nests_too_deeply_is_left_to_the_server() {
    for long in [
        format!("INSERT INTO a VALUES {}", "(1), ".repeat(20_100)),
        format!("SELECT {}", "1 + ".repeat(8_000)),
        format!("SELECT {}1", "- ".repeat(10_500)),
    ] {
        assert_eq!(rules_of(&format!("{long} );")), ["syntax-error"]);
    }
    for open in ["(", "(1, ", "ARRAY[1, ", "NOT ", "- "] {
        assert_eq!(rules_of(&format!("SELECT {} FROM b", open.repeat(20_001))), [""; 0], "{open}");
    }
}

#[test]
fn the_word_that_is_meant_is_offered_for_the_first_word_only() {
    assert_eq!(help("SELCT 1;"), "did you mean `SELECT`?");
    assert_eq!(help("creat table a (id int);"), "did you mean `CREATE`?");
    for body in ["nonsense;", "INSERT SELCT VALUES (1);", "UPDATE;"] {
        assert_eq!(of_body(body)[0].help, [""; 0], "{body}");
    }
}

#[test]
fn what_only_psql_understands_is_marked() {
    for (body, part, said) in [
        ("SELECT 1;\n\\i other.sql", "\\i other.sql", "`\\i` is a command of psql"),
        ("SELECT :id;", ":id", "`:id` is a variable of psql"),
        ("SELECT :'id';", ":'id'", "`:'id'` is a variable of psql"),
        (
            "COPY shop.users FROM stdin;\n1\tAda\n\\.\n",
            "COPY shop.users FROM stdin",
            "COPY FROM STDIN waits for rows that only psql would send",
        ),
        (
            "COPY shop.users TO stdout;",
            "COPY shop.users TO stdout",
            "COPY TO STDOUT sends rows that only psql would take",
        ),
    ] {
        assert_marked("psql-command", body, &[part]);
        assert_eq!(of_body(body)[0].message, said);
    }
    for body in ["COPY shop.users FROM '/srv/users.csv';", "COPY shop.users TO '/srv/users.csv';"] {
        assert_accepted(body);
    }
}

#[test]
fn many_rows_are_written_before_the_index_is_made() {
    let index = "CREATE INDEX IF NOT EXISTS ix ON shop.users (name);\n";
    for write in [
        "INSERT INTO shop.users (name) SELECT 'a' UNION SELECT 'b'",
        "INSERT INTO shop.users (name) (SELECT 'a')",
        "INSERT INTO shop.users TABLE shop.people",
        "UPDATE ONLY shop.users SET name = 'a' WHERE id = 7",
    ] {
        assert_marked("index-before-bulk", &format!("{index}{write};"), &[write]);
    }
    for write in [
        "INSERT INTO shop.people (name) SELECT 'a'",
        "INSERT INTO shop.users (name) VALUES ('a')",
        "INSERT INTO shop.users (name) SELECT 'a' ON CONFLICT DO NOTHING",
        "DELETE FROM shop.users WHERE id = 7",
    ] {
        assert_accepted(&format!("{index}{write};"));
    }
    let twice = format!(
        "{index}CREATE INDEX IF NOT EXISTS ix_id ON shop.users (id);\nUPDATE shop.users SET id = 1 WHERE id = 2;"
    );
    assert_eq!(of_body(&twice)[0].message, "`shop.users` has an index already (line 5)");
}
