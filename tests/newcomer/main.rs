//! The pages for newcomers: their files are written and their commands run in an empty folder, and what those print is
//! compared with what the page shows.
//!
//! `cargo test -p migrations-tests --test newcomer -- --nocapture` prints it, to be pasted. In the place of the registry there is
//! this repository: `cargo install` does nothing, `cargo add` adds the crate by its path, and nothing is fetched.

#![allow(clippy::unwrap_used, clippy::panic)]

mod other_tools;
mod page;
mod place;

use std::fs;

use migrations_tests::crates::repository;

use page::Block;
use place::Place;

fn file(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap()
}

/// Does what a page says, from top to bottom.
fn follow(place: &mut Place, page: &str) {
    let mut blocks = page::blocks(page).into_iter().peekable();
    while let Some(block) = blocks.next() {
        match block {
            Block::File { path, text } => place.write(path, text),
            Block::Commands(commands) => {
                let said = place.run(commands);
                match blocks.next_if(|next| matches!(next, Block::Shown(_))) {
                    Some(Block::Shown(shown)) => said.is_shown(shown),
                    _ => said.is_done(),
                }
            }
            Block::Shown(shown) => panic!("no command prints this:\n{shown}"),
        }
    }
}

#[test]
fn getting_started_does_what_it_says() {
    let mut place = Place::new("started");
    follow(&mut place, &file("docs/getting-started.md"));
}

#[test]
fn the_minute_of_the_readme_does_what_it_says() {
    let readme = file("README.md");
    let (_, section) = readme.split_once("\n## Try it in a minute\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let mut place = Place::new("minute");
    follow(&mut place, section);
    for (command, part) in [
        ("cargo migrations run --scratch", "1 migration applied"),
        ("cargo migrations round-trip", "up, down and up again"),
        ("DATABASE_URL=postgres://… cargo run", "1 migration applied"),
    ] {
        assert!(section.contains(&format!("`{command}`")), "{command}");
        let said = place.run(&command.replace("//…", "///postgres"));
        said.contains(part);
        said.is_done();
    }
    let migration = "migrations/sql/schema/001_create_shop.sql";
    for (right, wrong, part) in [
        ("CREATE TABLE", "CRATE TABLE", "syntax-error"),
        ("Dependencies: none", "Dependencies: 010_nothing", "unknown-dependency"),
    ] {
        let text = place.read(migration);
        place.write(migration, &text.replace(right, wrong));
        place.run("cargo build").is_shown(&format!("error: …[{part}]"));
        place.write(migration, &text);
    }
}
