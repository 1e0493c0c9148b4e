use std::fs;
use std::path::{Path, PathBuf};

use migrations_rules::{CONFIG_FILE_NAME, CONFIG_KEYS, RULES, check};
use toml_span::value::ValueInner;

use super::*;
use crate::cli::folder::trial::Folder;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn json(mut value: toml_span::Value<'_>) -> Value {
    match value.take() {
        ValueInner::String(text) => text.into(),
        ValueInner::Integer(number) => number.into(),
        ValueInner::Float(number) => number.into(),
        ValueInner::Boolean(truth) => truth.into(),
        ValueInner::Array(items) => items.into_iter().map(json).collect(),
        ValueInner::Table(table) => {
            table.into_iter().map(|(key, value)| (key.name.into_owned(), json(value))).collect()
        }
    }
}

/// What the schema says about a text, and what the rule `bad-config` says.
fn verdicts(text: &str) -> (bool, bool) {
    let accepted = toml_span::parse(text)
        .is_ok_and(|value| jsonschema::validator_for(&config()).unwrap().is_valid(&json(value)));
    let folder = Folder::of(&[(CONFIG_FILE_NAME, text)]).unwrap();
    let problems = check(folder.path(), "").problems;
    (accepted, !problems.iter().any(|problem| problem.rule == "bad-config"))
}

#[test]
fn the_file_in_docs_is_current() {
    let path = repository().join("docs/migrations.schema.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, text()).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(written == text(), "docs/migrations.schema.json is stale; run with UPDATE_DOCS=1");
}

#[test]
fn it_is_a_schema_and_knows_every_key_and_every_rule() {
    let schema = config();
    jsonschema::draft7::meta::validate(&schema).map_err(|error| error.to_string()).unwrap();
    let keys = |at: &Value| at["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&schema), CONFIG_KEYS);
    assert_eq!(keys(&schema["properties"]["rules"]), RULES.map(|rule| rule.name));
    for property in schema["properties"].as_object().unwrap().values() {
        assert!(property["description"].as_str().is_some_and(|text| text.ends_with('.')), "{property}");
    }
}

#[test]
fn it_accepts_what_the_check_accepts_and_rejects_what_it_rejects() {
    let longest = "a_name_of_fifty_bytes_is_just_as_long_as_it_may_be";
    for good in [
        "",
        "categories = []",
        "categories = ['b', 'm² (a)']\nmax_lines = 1\nledger_schema = 'ops'\npostgres_version = 10\n",
        "postgres_version = 99\n[rules]\nnot-idempotent = 'deny'\nfile-too-long = 'allow'\nsyntax-error = 'warn'\n",
        "[rules]\ndependency-cycle = 'deny'\n",
        &format!("ledger_schema = '{longest}'"),
    ] {
        assert_eq!(verdicts(good), (true, true), "{good}");
    }
    for bad in [
        "categorys = []",
        "categories = 'schema'",
        "categories = ['a', 'a']",
        "categories = ['']",
        "categories = ['b/c']",
        "categories = ['b\\c']",
        "categories = [1]",
        "max_lines = 0",
        "max_lines = -1",
        "max_lines = 1.5",
        "max_lines = '200'",
        "ledger_schema = ''",
        "ledger_schema = 'pg_own'",
        "ledger_schema = \"a\\u0000b\"",
        &format!("ledger_schema = '{longest}_'"),
        "postgres_version = 9",
        "postgres_version = 100",
        "postgres_version = '14'",
        "rules = 'deny'",
        "[rules]\nnot-idempotant = 'warn'",
        "[rules]\ndependency-cycle = 'allow'",
        "[rules]\nfile-too-long = 'off'",
        "max_lines = ",
    ] {
        assert_eq!(verdicts(bad), (false, false), "{bad}");
    }
}

#[test]
fn it_accepts_every_file_and_every_example_of_this_project() {
    let mut texts = Vec::new();
    let mut folders = vec![repository()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir()
                && !name.starts_with('.')
                && !["target", "ui", "corpus", "node_modules"].contains(&&*name)
            {
                folders.push(path);
            } else if name == CONFIG_FILE_NAME {
                texts.push(fs::read_to_string(path).unwrap());
            } else if name.ends_with(".md") {
                texts.extend(examples(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(texts.len() >= 4, "{texts:#?}");
    for text in texts {
        let (by_schema, by_rule) = verdicts(&text);
        assert_eq!(by_schema, by_rule, "{text}");
    }
}

/// The blocks of TOML that begin with a key of `migrations.toml`, or with its name in a comment.
fn examples(page: &str) -> Vec<String> {
    let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let is_ours = |block: &&str| {
        block.lines().any(|line| CONFIG_KEYS.iter().any(|key| line.starts_with(&format!("{key} ="))))
            || block.contains("[rules]")
    };
    blocks.filter(is_ours).map(str::to_owned).collect()
}
