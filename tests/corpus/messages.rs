//! What is said about statements with a mistake: it is for people, so it names nothing of the parser's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use migrations_rules::fuzzing;
use migrations_text::statements;

use super::sql_files;

/// Every statement of the corpus, cut off behind each of its words, and with each of its words left out, doubled, or in
/// the place of the next.
fn broken() -> impl Iterator<Item = String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let folders = [own.clone(), own.join("../../fuzz/seeds/statements"), own.join("../../fuzz/seeds/syntax")];
    let texts = folders
        .into_iter()
        .flat_map(|folder| sql_files(&folder))
        .map(|file| fs::read_to_string(file).unwrap());
    texts.flat_map(|text| {
        let statements: Vec<String> =
            statements(&text).into_iter().map(|range| text[range].to_owned()).collect();
        statements
            .into_iter()
            .filter(|statement| statement.len() < 2_000)
            .flat_map(|statement| mutants(&statement))
    })
}

fn mutants(statement: &str) -> Vec<String> {
    let tokens: Vec<_> = fuzzing::tokens(statement)
        .into_iter()
        .filter(|token| !statement[token.clone()].trim().is_empty())
        .collect();
    let mut mutants = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let (before, word, after) =
            (&statement[..token.start], &statement[token.clone()], &statement[token.end..]);
        mutants.push(before.to_owned());
        mutants.push(format!("{before}{after}"));
        mutants.push(format!("{before}{word} {word}{after}"));
        mutants.push(format!("{before}, {word}{after}"));
        if let Some(next) = tokens.get(at + 1) {
            let (between, next, after) =
                (&statement[token.end..next.start], &statement[next.clone()], &statement[next.end..]);
            mutants.push(format!("{before}{next}{between}{word}{after}"));
        }
    }
    mutants
}

#[test]
fn what_is_said_of_mistakes_names_nothing_of_the_parser() {
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for sql in broken() {
        if let Some(message) = fuzzing::complaint(&sql) {
            said.entry(message).or_insert(sql);
        }
    }
    for (message, sql) in &said {
        let example: String = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        println!("{message}\t…{}", &example[example.floor_char_boundary(example.len().saturating_sub(70))..]);
    }
    assert!(said.len() > 50, "only {} messages", said.len());
    let of_the_parser = ["EOF", "_", "expr ", "stmt", "ident", "func ", "arg", "oid", "literal", "from item"];
    let odd = |message: &&String| of_the_parser.iter().any(|name| format!("{message} ").contains(name));
    let met =
        |message: &&String| message.split_once("got ").is_some_and(|(_, met)| !met.starts_with(['`', 'a']));
    assert_eq!(said.keys().filter(met).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(said.keys().filter(odd).collect::<Vec<_>>(), [""; 0]);
}
