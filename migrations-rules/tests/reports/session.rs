//! `session-setting`.

use crate::{assert_accepted, assert_marked, of_body};

#[test]
fn what_outlives_the_transaction_is_reported_as_the_server_calls_it() {
    for (statement, name) in [
        ("SET work_mem = '1GB'", "SET"),
        ("SET SESSION work_mem = '1GB'", "SET"),
        ("SET ROLE shop_owner", "SET ROLE"),
        ("SET SESSION AUTHORIZATION shop_owner", "SET SESSION AUTHORIZATION"),
        ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET SESSION CHARACTERISTICS"),
        ("RESET work_mem", "RESET"),
        ("RESET ALL", "RESET"),
        ("RESET ROLE", "RESET ROLE"),
        ("RESET SESSION AUTHORIZATION", "RESET SESSION AUTHORIZATION"),
        ("DISCARD TEMP", "DISCARD"),
        ("LISTEN orders", "LISTEN"),
        ("UNLISTEN *", "UNLISTEN"),
        ("PREPARE one AS SELECT 1", "PREPARE"),
        ("DEALLOCATE one", "DEALLOCATE"),
        ("LOAD 'auto_explain'", "LOAD"),
    ] {
        for body in [format!("{statement};"), format!("SELECT 1;\n\n-- @verify\n{statement};")] {
            assert_marked("session-setting", &body, &[statement]);
            let said = format!("{name} changes the session, and so the migrations after this one");
            assert_eq!(of_body(&body)[0].message, said);
        }
    }
}

#[test]
fn what_ends_with_the_transaction_is_accepted() {
    for statement in [
        "SET LOCAL work_mem = '1GB'",
        "SET LOCAL SESSION AUTHORIZATION shop_owner",
        "SET TRANSACTION READ ONLY",
        "SET transaction_read_only = on",
        "SET TRANSACTION_DEFERRABLE = on",
        "RESET TRANSACTION ISOLATION LEVEL",
        "NOTIFY orders",
    ] {
        assert_accepted(&format!("{statement};"));
    }
}

#[test]
fn a_call_of_set_config_for_the_session_is_found_wherever_it_stands() {
    for call in [
        "set_config('a.b', 'c', false)",
        "PG_CATALOG.SET_CONFIG('a.b', 'c', FALSE)",
        "set_config('a.b', 'c', is_local => false)",
        "set_config('a.b', lower('c'), false)",
        "set_config('a.b', current_setting('c.d', true), false)",
    ] {
        for body in [
            format!("SELECT {call};"),
            format!("SELECT 1, upper({call});"),
            format!("SELECT set_config('a.c', 'd', true), {call};"),
        ] {
            assert_marked("session-setting", &body, &[call]);
        }
    }
    for body in [
        "SELECT set_config('a.b', 'false', true);",
        "SELECT set_config('a.b', is_false, true) FROM shop.flags;",
        "SELECT set_config('a.b', 'c', true) = shop.shown(false);",
        "SELECT my.set_config('a.b', 'c', false);",
        "SELECT set_config('a.b', coalesce(false)::text, true);",
        "SELECT set_config('a.b', 'c', true), coalesce(false);",
        "SELECT shop.is_open(false);",
        "CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql RETURN set_config('a.b', 'c', false);",
    ] {
        assert_accepted(body);
    }
}
