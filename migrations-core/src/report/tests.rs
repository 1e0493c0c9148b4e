use super::*;

crate::embed_migrations!("examples/migrations");

const FIRST: Migration = Migration::CreateShop;

fn shown(applied: usize, dry_run: bool, milliseconds: f64) -> String {
    let one = Applied { migration: FIRST, duration: Duration::ZERO, log: Vec::new() };
    let duration = Duration::from_secs_f64(milliseconds / 1000.0);
    Report { applied: vec![one; applied], duration, dry_run }.to_string()
}

#[test]
fn a_report_is_a_line() {
    assert_eq!(shown(0, false, 1.0), "nothing to do: all 2 migrations are applied");
    assert_eq!(shown(1, false, 9.94), "1 migration applied in 9.9 ms");
    assert_eq!(shown(2, false, 10.0), "2 migrations applied in 10 ms");
    assert_eq!(shown(2, true, 1234.0), "2 migrations would be applied in 1234 ms");
}

#[test]
fn a_batch_tells_how_long_the_rest_takes_if_that_is_known() {
    let told = |rows, total, rate| BatchProgress { migration: FIRST, rows, total, rate }.to_string();
    assert_eq!(told(4000, Some(10_000), 2000.0), "4000 rows of 10000, 2000 rows/s, 3 s left");
    assert_eq!(told(4000, None, 2000.0), "4000 rows, 2000 rows/s");
    assert_eq!(told(10, Some(10), 5.0), "10 rows of 10, 5 rows/s");
    assert_eq!(told(12, Some(10), 5.0), "12 rows of 10, 5 rows/s", "more than were expected");
    assert_eq!(told(0, Some(10), 0.0), "0 rows of 10, 0 rows/s");
}

fn holder(application: Option<&str>, migration: Option<&str>) -> Holder {
    Holder {
        pid: 7,
        application: application.map(str::to_owned),
        role: "ada".to_owned(),
        since: "noon".to_owned(),
        migration: migration.map(str::to_owned),
    }
}

#[test]
fn whoever_is_waited_for_is_named() {
    let waiting = |holder| Event::<Migration>::Waiting(Duration::from_millis(20), holder).to_string();
    assert_eq!(waiting(None), "waiting for another process (20 ms)");
    assert_eq!(
        waiting(Some(holder(Some("shop"), Some("012_add_index")))),
        "waiting for another process (20 ms): backend 7, `shop` of ada, since noon, in 012_add_index"
    );
    assert_eq!(holder(None, None).to_string(), "backend 7, `unnamed` of ada, since noon");
    let blocker = Blocker {
        pid: 8,
        application: None,
        role: "bob".to_owned(),
        since: "dawn".to_owned(),
        state: "active".to_owned(),
        query: "LOCK t".to_owned(),
    };
    let reason = "canceled".to_owned();
    let pause = Duration::from_millis(120);
    let retry = Retry { migration: FIRST, attempt: 1, reason, blockers: vec![blocker], pause };
    assert_eq!(
        Event::Retrying(retry).to_string(),
        "001_create_shop: attempt 1 failed: canceled; held up by backend 8, `unnamed` of bob, in a transaction since \
         dawn, active: LOCK t; again in 120 ms"
    );
}

#[test]
fn an_event_names_its_migration() {
    let duration = Duration::from_millis(30);
    let name = "create_shop".to_owned();
    let events = [
        Event::Reconnecting("gone".to_owned()),
        Event::Started(FIRST),
        Event::Log(FIRST, "3 users".to_owned()),
        Event::Batch(BatchProgress { migration: FIRST, rows: 1, total: None, rate: 1.0 }),
        Event::Applied(Applied { migration: FIRST, duration, log: Vec::new() }),
        Event::RolledBack(RolledBack { name, migration: Some(FIRST), duration }),
    ];
    assert_eq!(
        events.map(|event| event.to_string()),
        [
            "connecting again: gone",
            "001_create_shop",
            "001_create_shop: 3 users",
            "001_create_shop: 1 rows, 1 rows/s",
            "001_create_shop applied in 30 ms",
            "create_shop rolled back in 30 ms",
        ]
    );
}
