//! Who holds the locks that a statement has waited for.

use postgres::Client;

use super::{Cells, Ledger, rows};
use crate::quote::literal;
use crate::report::Blocker;

impl Ledger {
    /// The sessions that hold locks on the tables that `statement` names, else on any, since before the wait of
    /// `milliseconds` began; the oldest first. Literals of their queries are left out, for they may be secrets.
    pub(crate) fn blockers(client: &mut Client, statement: &str, milliseconds: u128) -> Vec<Blocker> {
        let query = format!(
            "SELECT a.pid, nullif(a.application_name, ''), a.usename, pg_catalog.date_trunc('second', a.xact_start), a.state, \
             pg_catalog.left(pg_catalog.regexp_replace(pg_catalog.regexp_replace(a.query, '''[^'']*''', '''…''', 'g'), \
             '\\s+', ' ', 'g'), 80), pg_catalog.bool_or(pg_catalog.strpos(statement.text, c.relname) OPERATOR(pg_catalog.>) 0) \
             FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a USING (pid) \
             JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) l.relation \
             CROSS JOIN (VALUES (pg_catalog.lower({statement}))) AS statement (text) \
             WHERE l.granted AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid() \
             AND a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database() \
             AND c.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid \
             AND a.xact_start OPERATOR(pg_catalog.<) (pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) \
             pg_catalog.make_interval(secs => {seconds})) \
             GROUP BY a.pid, a.application_name, a.usename, a.xact_start, a.state, a.query \
             ORDER BY 7 DESC, a.xact_start LIMIT 5",
            statement = literal(statement),
            seconds = milliseconds as f64 / 1000.0,
        );
        // The error that they explain counts more than an error on the way to them.
        let rows = rows(client, &query).unwrap_or_default();
        let named = rows.iter().any(|row| row.get(6) == Some("t"));
        let rows = rows.iter().filter(|row| !named || row.get(6) == Some("t"));
        rows.filter_map(|row| Blocker::read(&Cells::Sent(row))).collect()
    }
}
