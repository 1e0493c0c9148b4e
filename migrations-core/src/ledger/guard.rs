//! Whether the ledger is what it should be: a table that somebody else has replaced by a view would run that
//! person's functions with the rights of the role that migrates.

use postgres::Error;

use super::Ledger;
use crate::quote::literal;

/// What the message of a failed guard contains.
const SIGN: &str = "not to be trusted: ";

impl Ledger {
    /// The small form of the guard, for those who only read some tables, and `ONLY` them: it makes sure that nobody's code
    /// runs when they do. Its functions are those that a new session answers from what it looks up anyway.
    pub(super) fn quick_guard(&self, tables: &[&str]) -> String {
        let check = |table: &&str| {
            let name = literal(&self.object(table));
            let found = |what: &str| literal(&format!("{SIGN}{}.{table} {what}", self.name));
            format!(
                "CAST(CASE WHEN pg_catalog.pg_relation_filenode(CAST({name} AS pg_catalog.regclass)) IS NULL THEN {} \
                 WHEN pg_catalog.row_security_active(CAST({name} AS pg_catalog.regclass)) THEN {} END AS pg_catalog.int4) IS NULL",
                found("is not a table"),
                found("has row level security"),
            )
        };
        format!("SELECT WHERE {}", tables.iter().map(check).collect::<Vec<_>>().join(" AND "))
    }

    /// A statement that looks at nothing but PostgreSQL's catalogue, and fails if the ledger is not to be trusted, so
    /// that the server does not even look at the statements behind it.
    pub(super) fn guard(&self) -> String {
        // What fails is the cast of the findings to a number; of no findings, it is NULL. Operators are qualified
        // because somebody may have put others before them in the search path.
        let query = "SELECT FROM (\
             SELECT pg_catalog.format('the schema %I belongs to %I', n.nspname, o.rolname) AS problem \
             FROM pg_catalog.pg_namespace AS n JOIN pg_catalog.pg_roles AS o ON o.oid = n.nspowner \
             WHERE n.nspname = $schema AND NOT $trusted \
             UNION ALL SELECT pg_catalog.format('%I.%I belongs to %I', n.nspname, p.proname, o.rolname) \
             FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace \
             JOIN pg_catalog.pg_roles AS o ON o.oid = p.proowner \
             WHERE n.nspname = $schema AND p.proowner <> n.nspowner AND NOT $trusted \
             UNION ALL SELECT pg_catalog.format('%I.%I %s', n.nspname, c.relname, wrong.what) \
             FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             JOIN pg_catalog.pg_roles AS o ON o.oid = c.relowner CROSS JOIN LATERAL (SELECT CASE \
             WHEN c.relowner <> n.nspowner AND NOT $trusted THEN pg_catalog.format('belongs to %I', o.rolname) \
             WHEN c.relkind <> CASE WHEN c.relname = 'progress' THEN 'S' ELSE 'r' END THEN 'is of another kind' \
             WHEN EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w WHERE w.ev_class = c.oid) THEN 'has a rule' \
             WHEN c.relrowsecurity THEN 'has row level security' \
             WHEN EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) \
             THEN 'has a trigger' \
             WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhparent = c.oid) \
             THEN 'has child tables' END AS what) AS wrong \
             WHERE n.nspname = $schema AND c.relname = ANY ($tables) AND wrong.what IS NOT NULL \
             UNION ALL SELECT pg_catalog.format('%I.%I is missing', $schema, t.relation) \
             FROM pg_catalog.unnest($tables) AS t (relation) WHERE $is_current \
             AND pg_catalog.to_regclass(pg_catalog.format('%I.%I', $schema, t.relation)) IS NULL \
             UNION ALL SELECT pg_catalog.format('%I.%I() is missing', $schema, t.routine) \
             FROM pg_catalog.unnest($routines) AS t (routine) WHERE $is_current \
             AND pg_catalog.to_regproc(pg_catalog.format('%I.%I', $schema, t.routine)) IS NULL) AS found \
             HAVING CAST($sign || pg_catalog.string_agg(found.problem, ', ') AS pg_catalog.int4) IS NOT NULL";
        let trusted = "(o.rolsuper OR o.rolname = current_user OR o.rolname = 'pg_database_owner' OR EXISTS \
             (SELECT FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database() AND d.datdba = o.oid) \
             OR EXISTS (SELECT FROM pg_catalog.pg_roles AS me WHERE me.rolname = current_user AND NOT me.rolsuper \
             AND pg_catalog.pg_has_role(o.oid, 'MEMBER')))";
        let tables =
            "'{history,journal,steps,lease,progress,checkpoints,backups,ledger_version}'::pg_catalog.name[]";
        let routines = "'{acquire,claim,release,holder,holds,is_running,record_applied,record_replaced,record_rolled_back,start_step,\
             finish_step,keep_checkpoint,rename,rename_half_done,verified,table_definition,take_backup,restore_backup}'::pg_catalog.name[]";
        query
            .replace("$trusted", trusted)
            .replace(
                "$is_current",
                "pg_catalog.to_regproc(pg_catalog.format('%I.acquire', $schema)) IS NOT NULL",
            )
            .replace(" = ", " OPERATOR(pg_catalog.=) ")
            .replace(" <> ", " OPERATOR(pg_catalog.<>) ")
            .replace(" || ", " OPERATOR(pg_catalog.||) ")
            .replace("$tables", tables)
            .replace("$routines", routines)
            .replace("$sign", &literal(SIGN))
            .replace("$schema", &literal(&self.name))
    }

    /// What the guard has found.
    pub(super) fn found_by_guard(error: &Error) -> Option<String> {
        let message = error.as_db_error()?.message();
        let found = &message[message.find(SIGN)? + SIGN.len()..];
        Some(found.trim_end_matches(['"', '»', '“', '”']).to_owned())
    }
}
