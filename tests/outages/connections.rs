//! A server that has no connection to give.

use std::time::Duration;

use migrations_core::{Event, Migrator};
use migrations_tests::cluster::Cluster;
use postgres::{Client, Config, NoTls};

use crate::sets::bulky::Migration;

const FEW: &str = "max_connections = 6\nsuperuser_reserved_connections = 2\nmax_wal_senders = 0";

/// All connections that there are for this configuration.
fn all(config: &Config) -> Vec<Client> {
    (0..10).map_while(|_| config.connect(NoTls).ok()).collect()
}

fn is_waited_for(config: &Config, said: &str) {
    let mut taken = all(config);
    assert!(!taken.is_empty() && taken.len() <= 6);
    let mut reasons = Vec::new();
    let report = Migrator::<Migration>::new()
        .on_event(|event| {
            if let Event::Reconnecting(reason) = event {
                reasons.push(reason);
                if reasons.len() == 3 {
                    taken.clear();
                }
            }
        })
        .run_with(|| config.connect(NoTls))
        .unwrap();
    println!("done after {:.2?}: {reasons:?}", report.duration);
    assert_eq!(report.applied.len(), 1);
    assert!(reasons[0].contains(said) && reasons[0].contains("53300"), "{reasons:?}");
    let taken = all(config);
    let migrator = Migrator::<Migration>::new().wait_for_lock(Duration::from_millis(300));
    let error = migrator.run_with(|| config.connect(NoTls)).unwrap_err();
    assert!(error.is_connection() && error.sqlstate() == Some("53300"), "{error}");
    drop(taken);
}

#[test]
fn a_server_without_a_connection_to_give_is_asked_again() {
    let cluster = Cluster::start(FEW);
    is_waited_for(&cluster.config(), "too many clients already");
}

#[test]
fn a_server_that_keeps_its_last_connections_for_superusers_is_asked_again() {
    let cluster = Cluster::start(FEW);
    cluster.client().batch_execute("CREATE ROLE app LOGIN; GRANT CREATE ON DATABASE postgres TO app; GRANT CREATE ON SCHEMA public TO app").unwrap();
    let mut config = cluster.config();
    is_waited_for(config.user("app"), "reserved");
}
