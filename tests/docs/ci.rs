//! The examples of docs/ci.md are YAML and JSON, and the hooks that they name are there.

use std::fs;
use std::path::Path;

use saphyr::{LoadableYamlNode, Yaml};

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// The blocks of a page in one language.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let start = format!("```{language}\n");
    page.split(&*start).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

/// The one document of a text.
fn yaml(text: &str) -> Yaml<'_> {
    let mut documents = Yaml::load_from_str(text).unwrap();
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

#[test]
fn the_examples_are_what_they_seem_to_be() {
    let page = file("docs/ci.md");
    let [github, gitlab, pre_commit, local] = blocks(&page, "yaml")[..] else {
        panic!("four examples of YAML")
    };
    let github = yaml(github);
    for job in ["folder", "database"] {
        let steps = github["jobs"][job]["steps"].as_vec().unwrap();
        assert!(
            steps.iter().all(|step| step.contains_mapping_key("uses") || step.contains_mapping_key("run")),
            "{job}"
        );
    }
    assert!(!yaml(gitlab)["migrations"]["script"].as_vec().unwrap().is_empty());
    assert_eq!(yaml(local)["repos"][0]["hooks"][0]["pass_filenames"].as_bool(), Some(false));

    let hooks = file(".pre-commit-hooks.yaml");
    let hooks = yaml(&hooks);
    let id = |hook: &Yaml<'_>| hook["id"].as_str().unwrap().to_owned();
    let offered: Vec<String> = hooks.as_vec().unwrap().iter().map(id).collect();
    let used: Vec<String> = yaml(pre_commit)["repos"][0]["hooks"].as_vec().unwrap().iter().map(id).collect();
    assert_eq!(used, offered);
    for hook in hooks.as_vec().unwrap() {
        for key in ["name", "entry", "language", "files"] {
            assert!(hook[key].as_str().is_some_and(|value| !value.is_empty()), "{key}");
        }
    }
}

#[test]
fn the_example_of_json_is_json() {
    for block in blocks(&file("docs/ci.md"), "json") {
        let value: serde_json::Value = serde_json::from_str(block).unwrap();
        assert_eq!(value["problems"].as_array().map(Vec::len), Some(1));
    }
}
