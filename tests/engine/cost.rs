//! What a run costs, counted on the wire.

use allocation_counter::AllocationInfo;
use migrations_core::__private::{Packed, Read, Rows, Table};
use migrations_core::MigrationSet;
use migrations_core::Migrator;
use migrations_tests::{Proxy, Traffic, client, database};

use crate::sets::shop;

#[test]
fn nothing_to_do_is_one_turn_and_few_bytes() {
    let (proxy, database) = (Proxy::start(), database());
    shop::Migration::run_all(&mut proxy.connect(&database)).unwrap();
    let mut client = proxy.connect(&database);
    let (report, traffic) = proxy.count(|| shop::Migration::run_all(&mut client).unwrap());
    assert!(report.is_up_to_date());
    assert_eq!(traffic.turns, 1);
    assert!(traffic.received < 200, "{traffic:?}");
}

#[test]
fn connecting_included_nothing_to_do_is_two_turns() {
    let (proxy, database) = (Proxy::start(), database());
    shop::Migration::run_all(&mut proxy.connect(&database)).unwrap();
    let (_, traffic) = proxy.count(|| shop::Migration::run_all(&mut proxy.connect(&database)).unwrap());
    assert_eq!(traffic.turns, 2);
    assert!(traffic.received < 700, "{traffic:?}");
}

#[test]
fn nothing_to_do_costs_the_same_with_ten_and_with_ten_thousand_applied() {
    assert_eq!(cost_of_nothing::<Ten>(10), cost_of_nothing::<TenThousand>(10_000));
}

#[test]
fn applying_small_migrations_to_an_empty_database_is_six_turns() {
    let (proxy, database) = (Proxy::start(), database());
    let mut client = proxy.connect(&database);
    let before_the_first_runner = Migrator::new().up_to(migrations::Migration::CreateAnalysisTables);
    let (report, traffic) = proxy.count(|| before_the_first_runner.run(&mut client).unwrap());
    assert_eq!(report.applied.len(), 9);
    // Digest, two for the ledger, lease, all migrations, release.
    assert_eq!(traffic.turns, 6);
}

#[test]
fn applying_many_to_an_existing_ledger_is_n_turns_and_three() {
    let (proxy, database) = (Proxy::start(), database());
    let mut client = proxy.connect(&database);
    Migrator::new().up_to(migrations::Migration::UpdateFilesSourceTypeConstraint).run(&mut client).unwrap();
    let between_two_runners = Migrator::new().up_to(migrations::Migration::CreateThinkingToolsSchema);
    let (report, traffic) = proxy.count(|| between_two_runners.run(&mut client).unwrap());
    assert_eq!(report.applied.len(), 28);
    assert_eq!(traffic.turns, 28 + 3);
}

#[test]
fn applying_to_an_existing_ledger_is_n_turns_and_three() {
    let (proxy, database) = (Proxy::start(), database());
    let mut client = proxy.connect(&database);
    Migrator::new().up_to(shop::Migration::CreateShop).run(&mut client).unwrap();
    let (report, traffic) = proxy.count(|| shop::Migration::run_all(&mut client).unwrap());
    assert_eq!(report.applied.len(), 1);
    // Digest, lease with history, release.
    assert_eq!(traffic.turns, 1 + 3);
}

/// The traffic of a run on a database whose history has `rows` rows, all of them known to the set, and what it allocates: how
/// often, and how many bytes at most at once.
fn cost_of_nothing<M: MigrationSet>(rows: usize) -> (Traffic, u64, u64) {
    let (proxy, database) = (Proxy::start(), database());
    let mut client = proxy.connect(&database);
    Migrator::new()
        .run(&mut client)
        .map(|report: migrations_core::Report<shop::Migration>| drop(report))
        .unwrap();
    client
        .batch_execute(&format!(
            "TRUNCATE migrations.history; \
             INSERT INTO migrations.history (name, category, kind, checksum, duration, engine, build) \
             SELECT 'm_' || i, 'schema', 'sql', 'sha256:' || encode(sha256(i::text::bytea), 'hex'), '0', '', '' \
             FROM generate_series(1, {rows}) AS i"
        ))
        .unwrap();
    let mut run = || Migrator::<M>::new().run(&mut client).unwrap();
    let (report, traffic) = proxy.count(&mut run);
    assert!(report.is_up_to_date());
    assert_eq!(traffic.turns, 1);
    assert!(traffic.received < 200, "{traffic:?}");
    // Now and then the connection takes a new buffer, so the least of several runs counts.
    let runs: Vec<AllocationInfo> = (0..20).map(|_| allocation_counter::measure(|| drop(run()))).collect();
    let count = runs.iter().map(|run| run.count_total).min().unwrap();
    let bytes = runs.iter().map(|run| run.bytes_max).min().unwrap();
    assert!(count < 100 && bytes < 8 * 1024, "{count} allocations, {bytes} bytes");
    // A number is sent as text, with or without a sign and its first digits.
    (Traffic { received: 0, ..traffic }, count, bytes)
}

#[test]
fn the_digests_of_the_large_sets_are_those_of_their_rows() {
    // Computed here from the definition, apart from the engine's own query.
    for (rows, digest) in [(10, Ten::table().digest), (10_000, TenThousand::table().digest)] {
        let query = format!(
            "SELECT encode(int4send(count(*)::int) || int8send(bit_xor(('x' || left(hash, 16))::bit(64)::bigint)) \
             || int8send(bit_xor(('x' || substr(hash, 17, 16))::bit(64)::bigint)), 'hex') FROM \
             (SELECT encode(sha256(('m_' || i || ' sha256:' || encode(sha256(i::text::bytea), 'hex'))::bytea), 'hex') AS hash \
              FROM generate_series(1, {rows}) AS i) AS hashes"
        );
        assert_eq!(migrations_tests::value(&mut client(), &query), digest);
    }
}

/// Sets whose digests are those of so many history rows; a run that finds them up to date looks at nothing else.
macro_rules! large {
    ($name:ident, $rows:literal, $digest:literal) => {
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        struct $name;

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }

        impl MigrationSet for $name {
            fn table() -> &'static Table {
                static TABLE: Table = Table {
                    rows: Rows::Packed(Packed { packed: "", texts: &[""; $rows], runners: &[] }),
                    read: Read::new(),
                    digest: $digest,
                    ledger_schema: "migrations",
                    build: "tests",
                    folder: "migrations",
                };
                &TABLE
            }

            fn at(_: usize) -> $name {
                $name
            }

            fn position(self) -> usize {
                0
            }
        }
    };
}

large!(Ten, 10, "0000000a404e98a544a73b9e1c687918a3ce44a3");
large!(TenThousand, 10_000, "00002710c4d5519626c513a11cbfc9d7e9be34de");
