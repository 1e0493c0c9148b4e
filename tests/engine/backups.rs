//! What a migration destroys is copied first, and a rollback puts it back.

use std::time::Duration;

use migrations_core::Migrator;
use migrations_tests::{client, value};
use postgres::Client;

use crate::sets::backups::Migration;
use crate::sets::{renamed_after, renamed_before};

/// Every row of the shop, and everything around them that the catalogue knows.
fn shop(client: &mut Client) -> [String; 5] {
    let digest = |table: &str| {
        format!("SELECT count(*) || md5(string_agg(t::text, '|' ORDER BY t::text)) FROM shop.{table} AS t")
    };
    // A column that is added again stands last, so users are compared by name.
    let users = "(SELECT to_jsonb(u) FROM shop.users AS u)";
    let constraints = "SELECT string_agg(conname || pg_get_constraintdef(oid), '|' ORDER BY conname) FROM pg_constraint \
                       WHERE connamespace = 'shop'::regnamespace";
    let indexes =
        "SELECT string_agg(indexdef, '|' ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'shop'";
    let comments = "SELECT string_agg(description, '|' ORDER BY description) FROM pg_description \
                    WHERE objoid = 'shop.orders'::regclass";
    [
        value(client, &digest("orders")) + &value(client, &digest("lines")),
        value(client, &format!("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {users} AS t")),
        value(client, constraints),
        value(client, indexes),
        value(client, comments),
    ]
}

fn filled() -> (Client, [String; 5]) {
    let mut client = client();
    Migrator::new().up_to(Migration::CreateShop).run(&mut client).unwrap();
    let before = shop(&mut client);
    Migration::run_all(&mut client).unwrap();
    (client, before)
}

#[test]
fn rows_constraints_indexes_and_comments_come_back_identical() {
    let (mut client, before) = filled();
    assert_eq!(value(&mut client, "SELECT to_regclass('shop.orders')"), "NULL");
    let undone = Migration::rollback_to(&mut client, Migration::CreateShop).unwrap();
    assert_eq!(undone.len(), 3);
    assert_eq!(shop(&mut client), before);
    value(&mut client, "INSERT INTO shop.orders (user_id) VALUES (1) RETURNING id");
    assert_eq!(
        value(&mut client, "SELECT max(id) FROM shop.orders"),
        "1001",
        "and the next key is a new one"
    );
    value(&mut client, "INSERT INTO shop.users (email) VALUES ('new@example.org') RETURNING id");
}

#[test]
fn the_manifest_says_what_was_copied() {
    let (mut client, _) = filled();
    let backups = Migrator::<Migration>::new().backups(&mut client).unwrap();
    let listed: Vec<_> = backups.iter().map(|b| (b.migration.as_str(), b.source.as_str(), b.rows)).collect();
    assert_eq!(
        listed,
        [
            ("drop_orders", "shop.orders", 1000),
            ("forget_ages", "shop.users.age", 1000),
            ("shout", "shop.users", 1000),
            ("shout", "shop.lines", 4)
        ]
    );
    assert!(backups.iter().all(|backup| backup.bytes > 0 && backup.restored_at.is_none()));
    assert_eq!(backups[0].copy, "migrations_backups.orders_1");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations_backups.orders_1"), "1000");
}

#[test]
fn a_table_that_is_gone_altogether_is_made_again() {
    let (mut client, before) = filled();
    let rows = Migrator::<Migration>::new().restore_backup(&mut client, 1).unwrap();
    assert_eq!(rows, 1000);
    let after = shop(&mut client);
    for at in [2, 3, 4] {
        let sorted = |text: &str| {
            let mut parts: Vec<String> = text.split('|').map(str::to_owned).collect();
            parts.sort();
            parts
        };
        let without_age =
            |parts: Vec<String>| parts.into_iter().filter(|part| !part.contains("age")).collect::<Vec<_>>();
        assert_eq!(without_age(sorted(&after[at])), without_age(sorted(&before[at])));
    }
    value(&mut client, "INSERT INTO shop.orders (user_id) VALUES (1) RETURNING id");
    assert_eq!(value(&mut client, "SELECT max(id) FROM shop.orders"), "1001");
}

#[test]
fn rows_that_came_after_the_backup_stay() {
    let (mut client, _) = filled();
    client.batch_execute("INSERT INTO shop.users (email) VALUES ('later@example.org')").unwrap();
    Migration::rollback_last(&mut client, 1).unwrap();
    assert_eq!(value(&mut client, "SELECT count(*) FROM shop.users WHERE email LIKE 'user%'"), "1000");
    assert_eq!(value(&mut client, "SELECT count(*) FROM shop.users WHERE email LIKE 'later%'"), "1");
}

#[test]
fn a_table_past_the_limit_is_refused_and_the_error_says_how_to_copy_it() {
    let mut client = client();
    let error = Migrator::<Migration>::new().backup_limit(1000).run(&mut client).unwrap_err();
    assert_eq!((error.sqlstate(), error.failed_migration()), (Some("54000"), Some("002_drop_orders")));
    assert!(error.hint().unwrap().contains("pg_dump --format=custom --table=shop.orders"), "{error:?}");
    assert_eq!(value(&mut client, "SELECT count(*) FROM shop.orders"), "1000", "nothing was lost");
    assert_eq!(value(&mut client, "SELECT to_regnamespace('migrations_backups')"), "NULL");
}

#[test]
fn old_backups_are_dropped_and_young_ones_stay() {
    let (mut client, _) = filled();
    client
        .batch_execute("UPDATE migrations.backups SET taken_at = now() - interval '40 days' WHERE id = 1")
        .unwrap();
    let pruned =
        Migrator::<Migration>::new().prune_backups(&mut client, Duration::from_secs(30 * 86400)).unwrap();
    assert_eq!(pruned.iter().map(|backup| backup.id).collect::<Vec<_>>(), [1]);
    assert_eq!(value(&mut client, "SELECT to_regclass('migrations_backups.orders_1')"), "NULL");
    assert_eq!(Migrator::<Migration>::new().backups(&mut client).unwrap().len(), 3);
}

#[test]
fn applied_and_taken_back_twice_it_is_still_all_there() {
    let (mut client, before) = filled();
    for _ in 0..2 {
        Migration::rollback_to(&mut client, Migration::CreateShop).unwrap();
        assert_eq!(shop(&mut client), before);
        Migration::run_all(&mut client).unwrap();
    }
    assert_eq!(Migrator::<Migration>::new().backups(&mut client).unwrap().len(), 12);
}

#[test]
fn they_follow_a_migration_that_is_renamed() {
    let mut client = client();
    renamed_before::Migration::run_all(&mut client).unwrap();
    assert_eq!(value(&mut client, "SELECT to_regclass('lines')"), "NULL");
    assert!(renamed_after::Migration::run_all(&mut client).unwrap().is_up_to_date());
    renamed_after::Migration::rollback_last(&mut client, 2).unwrap();
    assert_eq!(value(&mut client, "SELECT count(*) FROM lines"), "3");
}
