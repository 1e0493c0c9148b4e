use std::ops::Range;

use migrations_text::Level;
use migrations_text::token::table_name;

use crate::migration::{Section, Source};
use crate::rule::{Check, Example, Findings, Rule};
use crate::syntax::{Kind, Tree};

pub(crate) static RULE: Rule = Rule {
    name: "session-setting",
    level: Level::Deny,
    fixed: false,
    summary: "what a migration sets ends with its transaction: `SET LOCAL`, `set_config(…, true)`",
    problem: "The migrations of a run share one session. What one of them sets there holds for all that come after it in \
              this run, and for none of them in the next; behind a connection pooler, strangers get it, too.",
    solution: "Write `SET LOCAL`, or `set_config(…, true)`: both end with the migration's transaction. In a file with \
               `-- @no-transaction`, where `SET LOCAL` has no effect, the body may use `SET`.",
    bad: &[
        Example::Body("SET search_path TO shop;"),
        Example::Body("SELECT pg_catalog.set_config('search_path', '', false);"),
        Example::Body("SET ROLE shop_owner;\nCREATE SCHEMA IF NOT EXISTS shop;\nRESET ROLE;"),
        Example::Body("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;"),
        Example::Body("PREPARE one AS SELECT 1;\nDEALLOCATE one;"),
        Example::Body("LISTEN orders;\nUNLISTEN orders;"),
        Example::Body("LOAD 'auto_explain';\nDISCARD PLANS;"),
        Example::Body("SELECT 1;\n\n-- @verify\nSET TIME ZONE LOCAL;\nSELECT true;"),
        Example::Files(&[(
            "sql/schema/001_example.sql",
            b"-- Migration: an example.\n-- Dependencies: none\n-- Rollback: nothing is left to undo.\n\n\
              -- @no-transaction\nVACUUM shop.users;\n\n-- @rollback\nSET work_mem TO '1GB';\nSELECT 1;\n",
        )]),
    ],
    ok: &[
        Example::Body(
            "SET LOCAL search_path TO shop;\nSET LOCAL ROLE shop_owner;\nSET LOCAL TIME ZONE 'UTC';",
        ),
        Example::Body(
            "SELECT pg_catalog.set_config('search_path', '', true), set_config('shop.who', 'false', true);",
        ),
        Example::Body("SET CONSTRAINTS ALL DEFERRED;\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE;"),
        Example::Body("SET transaction_isolation TO serializable;"),
        Example::Body(
            "CREATE OR REPLACE FUNCTION shop.one() RETURNS int LANGUAGE sql SET search_path TO shop RETURN 1;",
        ),
        Example::Body("-- @no-transaction\nSET maintenance_work_mem TO '1GB';\nVACUUM shop.users;"),
    ],
    check: Check::Migration(check),
};

const LOCAL: &str = "write `SET LOCAL`, which ends with the migration's transaction";
const TRUE: &str = "write `true` for `false`: then it ends with the migration's transaction";
const NEEDLESS: &str = "leave it out: what `SET LOCAL` has set ends with the migration's transaction";
const LEAVE_OUT: &str = "leave it out, or do it in the sessions that need it";

/// What `SET` sets for the transaction only, although it does not say `LOCAL`.
const OF_THE_TRANSACTION: [&str; 3] =
    ["transaction_isolation", "transaction_read_only", "transaction_deferrable"];

fn check(source: &Source, findings: &mut Findings<'_>) {
    let migration = &source.migration;
    let text = migration.text.as_str();
    for section in [Section::Body, Section::Verify, Section::Rollback] {
        if section == Section::Body && !migration.transactional {
            continue;
        }
        for (part, tree) in source.trees(section) {
            let by_statement = change(tree, text).map(|(what, help)| (part.range.clone(), what, help));
            let by_function = || set_config(tree, text).map(|place| (place, "set_config(…, false)", TRUE));
            if let Some((place, what, help)) = by_statement.or_else(by_function) {
                let message = format!("{what} changes the session, and so the migrations after this one");
                findings.at(&RULE, migration, place, message).help(help);
            }
        }
    }
}

/// What the server calls a statement that changes the session, and what to do instead.
fn change(tree: &Tree, text: &str) -> Option<(&'static str, &'static str)> {
    match tree.kind()? {
        Kind::SET | Kind::SET_ROLE | Kind::SET_SESSION_AUTH if tree.has(Kind::LOCAL_SCOPE) => None,
        Kind::SET if sets_the_transaction(tree, text) => None,
        Kind::SET => Some(("SET", LOCAL)),
        Kind::SET_ROLE => Some(("SET ROLE", LOCAL)),
        Kind::SET_SESSION_AUTH => Some(("SET SESSION AUTHORIZATION", LOCAL)),
        Kind::SET_TRANSACTION if tree.has(Kind::SESSION_CHARACTERISTICS) => {
            Some(("SET SESSION CHARACTERISTICS", "write `SET TRANSACTION`"))
        }
        Kind::RESET if tree.has(Kind::RESET_TRANSACTION_ISOLATION) => None,
        Kind::RESET => Some(("RESET", NEEDLESS)),
        Kind::RESET_ROLE => Some(("RESET ROLE", NEEDLESS)),
        Kind::RESET_SESSION_AUTH => Some(("RESET SESSION AUTHORIZATION", NEEDLESS)),
        // The server refuses DISCARD ALL inside a transaction, which another rule says.
        Kind::DISCARD if !tree.has(Kind::DISCARD_ALL) => Some(("DISCARD", LEAVE_OUT)),
        Kind::LISTEN => Some(("LISTEN", LEAVE_OUT)),
        Kind::UNLISTEN => Some(("UNLISTEN", LEAVE_OUT)),
        Kind::PREPARE => Some(("PREPARE", "write the statement itself")),
        Kind::DEALLOCATE => Some(("DEALLOCATE", LEAVE_OUT)),
        Kind::LOAD => Some(("LOAD", LEAVE_OUT)),
        _ => None,
    }
}

fn sets_the_transaction(tree: &Tree, text: &str) -> bool {
    let parameter = tree.find(Kind::CONFIG_PARAMETER_REF);
    parameter.is_some_and(|name| OF_THE_TRANSACTION.contains(&&*table_name(&text[name.range.clone()])))
}

/// The call in a SELECT that sets something for the session: only its last argument is a truth value.
fn set_config(tree: &Tree, text: &str) -> Option<Range<usize>> {
    let is_false = |argument: &str| {
        let mut words = argument.rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '\'');
        words.next().is_some_and(|word| word.eq_ignore_ascii_case("false"))
    };
    let mut calls = tree.nodes.iter().enumerate().filter(|(_, node)| node.kind == Kind::CALL_EXPR);
    let call = calls.find(|(at, call)| {
        let inside = || tree.nodes[at + 1..].iter().take_while(|node| node.depth > call.depth);
        let Some(list) = inside().find(|node| node.kind == Kind::ARG_LIST) else { return false };
        let name = table_name(&text[call.range.start..list.range.start]);
        let mut arguments = inside().filter(|node| node.depth == list.depth + 1);
        name.strip_prefix("pg_catalog.").unwrap_or(&name) == "set_config"
            && arguments.any(|argument| is_false(&text[argument.range.clone()]))
    });
    call.filter(|_| tree.kind() == Some(Kind::SELECT)).map(|(_, call)| call.range.clone())
}
