#![allow(clippy::unwrap_used, clippy::panic)]
use migrations_core::testing::faults::Faults;
use std::time::Instant;
mod shop {
    migrations_core::embed_migrations!("sets/shop");
}

#[test]
fn shop() {
    let mut last = Instant::now();
    let verbose = std::env::var("V").is_ok();
    let report = Faults::<shop::Migration>::new()
        .on_fault(|fault| {
            if verbose { println!("{:?} \n{fault}", last.elapsed()); }
            last = Instant::now();
        })
        .run()
        .unwrap_or_else(|error| panic!("{error}"));
    println!("{report}");
}

#[test]
fn reference() {
    let every = std::env::var("EVERY").map_or(1000, |n| n.parse().unwrap());
    let report = Faults::<migrations::Migration>::new()
        .rows(migrations::Migration::CreateAnalysisTables, |client| {
            client.batch_execute(include_str!("../../migrations/tests/fixtures/legacy_rows.sql"))
        })
        .sample(every, 1)
        .run()
        .unwrap_or_else(|error| panic!("{error}"));
    println!("{report}");
}
