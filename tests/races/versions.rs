//! Half of the replicas are an older build, as they are while a new one is rolled out.

use migrations_tests::{database, value};
use postgres::NoTls;

use crate::race::{drop_database, rounds, turn};
use crate::starters::{Ended, Starters};

/// The migrations of the newer build; the older one has the first of them.
const ALL: &str = "ground walls garden roof demolish";

#[test]
fn an_older_build_succeeds_or_is_told_what_it_lacks_and_the_newer_one_succeeds() {
    let _turn = turn();
    let mut refused = 0;
    for _ in 0..rounds() {
        let database = database();
        let mut starters = Starters::ready(&database, build);
        starters.go();
        let ended = starters.ended();
        for (number, ended) in ended.iter().enumerate() {
            let missing = ended.error().is_some_and(|(kind, _)| kind == "missing");
            assert!(ended.status.success() || (missing && build(number) == OLDER), "{number}: {ended:#?}");
            refused += usize::from(missing);
        }
        let mut client = database.connect(NoTls).unwrap();
        let mut applied: Vec<&str> = ended.iter().flat_map(Ended::applied).collect();
        let mut all: Vec<&str> = ALL.split(' ').collect();
        applied.sort_unstable();
        all.sort_unstable();
        assert_eq!(applied, all, "each is applied by one process");
        for table in ["history", "journal"] {
            let names = format!("SELECT string_agg(name, ' ' ORDER BY ordinal) FROM migrations.{table}");
            assert_eq!(value(&mut client, &names), ALL, "{table}");
        }
        drop(client);
        drop_database(database.get_dbname().unwrap());
    }
    println!("of the older builds {refused} were refused in {} rounds", rounds());
}

const OLDER: &str = "tower_older";

/// Pairs, so that of each build one is connected early and one late.
fn build(number: usize) -> &'static str {
    if (number / 2).is_multiple_of(2) { OLDER } else { "tower_final" }
}
