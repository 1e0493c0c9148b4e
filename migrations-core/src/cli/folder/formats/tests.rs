use migrations_rules::{Problem, RULES};
use migrations_text::{Excerpt, Level, Position};
use serde_json::Value;

use super::{Findings, Format, check};
use crate::cli::folder::trial::Folder;

/// A problem as a rule reports it, with everything in it that a format has to escape.
fn odd() -> Problem {
    Problem {
        rule: "unknown-dependency".into(),
        level: Level::Deny,
        path: "db/sql/a,b: 100%/001_é.sql".to_owned(),
        position: Position { line: 2, column: 18 },
        message: "100% unknown: `a, b`\r\nreally".to_owned(),
        excerpt: Some(Excerpt {
            line: 2,
            text: "-- é Dependencies: ñx".to_owned(),
            span: 20..23,
            label: "here".to_owned(),
        }),
        help: vec!["did you mean `b`?".to_owned(), "or `c`".to_owned()],
    }
}

fn whole() -> Problem {
    Problem {
        rule: "23505".into(),
        level: Level::Warn,
        path: "db/sql".to_owned(),
        position: Position { line: 1, column: 1 },
        message: "a folder".to_owned(),
        excerpt: None,
        help: Vec::new(),
    }
}

fn written(format: Format) -> String {
    Findings { problems: &[odd(), whole()], files: 55 }.written(format)
}

fn json(format: Format) -> Value {
    serde_json::from_str(&written(format)).unwrap()
}

#[test]
fn people_read_each_problem_and_how_many_there_are() {
    let text = written(Format::Human { colour: false });
    assert!(text.contains("--> db/sql/a,b: 100%/001_é.sql:2:"), "{text}");
    assert!(text.ends_with("\n\n1 error, 1 warning in 55 files\n"), "{text}");
    assert!(written(Format::Human { colour: true }).contains("\u{1b}["));
    let none = Findings { problems: &[], files: 1 };
    assert_eq!(none.written(Format::Human { colour: true }), "no problem in 1 file\n");
    let two = Findings { problems: &[odd(), odd()], files: 2 };
    assert!(two.written(Format::Human { colour: false }).ends_with("2 errors in 2 files\n"));
}

#[test]
fn json_has_everything_that_people_see() {
    let all = json(Format::Json);
    assert_eq!([&all["version"], &all["errors"], &all["warnings"], &all["files"]], [1, 1, 1, 55]);
    let odd = &all["problems"][0];
    assert_eq!([&odd["rule"], &odd["level"]], ["unknown-dependency", "error"]);
    assert_eq!([&odd["line"], &odd["column"]], [2, 18]);
    assert_eq!(odd["path"], "db/sql/a,b: 100%/001_é.sql");
    assert_eq!(odd["message"], "100% unknown: `a, b`\r\nreally");
    assert_eq!(odd["help"][1], "or `c`");
    assert_eq!([&odd["excerpt"]["start"], &odd["excerpt"]["end"]], [19, 21]);
    assert_eq!(all["problems"][1]["excerpt"], Value::Null);
    assert_eq!(all["problems"][1]["level"], "warning");
}

#[test]
fn github_gets_one_command_a_problem_with_its_own_escapes() {
    assert_eq!(
        written(Format::Github),
        "::error file=db/sql/a%2Cb%3A 100%25/001_é.sql,line=2,col=18,endLine=2,endColumn=20,title=unknown-dependency\
         ::100%25 unknown: `a, b`%0D%0Areally%0Ahelp: did you mean `b`?%0Ahelp: or `c`\n\
         ::warning file=db/sql,line=1,col=1,title=23505::a folder\n\
         1 error, 1 warning in 55 files\n"
    );
}

#[test]
fn sarif_names_every_rule_and_every_place() {
    let all = json(Format::Sarif);
    let run = &all["runs"][0];
    assert_eq!((&all["version"], &run["columnKind"]), (&"2.1.0".into(), &"unicodeCodePoints".into()));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len() + 1, "and the one of the server's");
    for rule in &rules[..RULES.len()] {
        assert!(rule["helpUri"].as_str().unwrap().starts_with("https://"), "{rule}");
        assert!(!rule["shortDescription"]["text"].as_str().unwrap().is_empty(), "{rule}");
    }
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"unknown-dependency".into(), &"error".into()));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "db/sql/a%2Cb%3A%20100%25/001_%C3%A9.sql");
    let region = &place["region"];
    assert_eq!([&region["startLine"], &region["startColumn"], &region["endColumn"]], [2, 18, 20]);
    assert_eq!(run["results"][1]["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
}

#[test]
fn sarif_is_what_its_schema_says() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/schemas/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    // As published, the brackets of its two patterns of languages do not match.
    for object in ["run", "toolComponent"] {
        schema["definitions"][object]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut log = json(Format::Sarif);
    let errors: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    log["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&log), "the schema looks at what is written");
}

#[test]
fn people_see_paths_from_where_they_are_and_a_forge_from_the_root_of_the_repository() {
    let folder =
        Folder::of(&[(".git/HEAD", ""), ("app/src/lib.rs", ""), ("app/db/sql/a/001_a.sql", "SELCT 1;\n")])
            .unwrap();
    let here = folder.path().join("app/src");
    let path = folder.path().join("app/db");
    let text = |format: Format| check(&path, &here, format).text;
    assert!(text(Format::Human { colour: false }).contains("--> ../db/sql/a/001_a.sql:1:1\n"));
    assert!(text(Format::Json).contains("\"../db/sql/a/001_a.sql\""));
    assert!(text(Format::Github).contains("::error file=app/db/sql/a/001_a.sql,line=1,col=1"));
    assert!(text(Format::Sarif).contains("\"app/db/sql/a/001_a.sql\""));
    assert!(check(&path, &here, Format::Json).failed);
    let nothing = check(&folder.path().join("nothing"), &here, Format::Human { colour: false });
    assert!(nothing.failed && nothing.text.contains("there is no such folder"), "{nothing:?}");
}
