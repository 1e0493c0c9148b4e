//! Tables, views and what stands on them.

use super::{ColumnOrder, firing, grants, options};

pub(super) fn all(order: ColumnOrder) -> Vec<String> {
    vec![
        relations(),
        columns(order),
        CONSTRAINTS.to_owned(),
        INDEXES.to_owned(),
        triggers(),
        rules(),
        POLICIES.to_owned(),
        sequences(),
        STATISTICS.to_owned(),
    ]
}

/// Tables, foreign tables, views and materialised views.
fn relations() -> String {
    format!(
        "SELECT CASE c.relkind WHEN 'f' THEN 'foreign table ' WHEN 'v' THEN 'view '
                WHEN 'm' THEN 'materialized view ' ELSE 'table ' END || relation.name AS object,
            CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition,
            CASE c.relpersistence WHEN 'p' THEN 'permanent' WHEN 'u' THEN 'unlogged'
                WHEN 't' THEN 'temporary' END AS persistence,
            pg_get_partkeydef(c.oid) AS \"partitioned by\",
            CASE WHEN c.relispartition THEN parents END AS \"partition of\",
            pg_get_expr(c.relpartbound, c.oid) AS \"partition bounds\",
            CASE WHEN NOT c.relispartition THEN parents END AS \"inherits from\",
            nullif(c.reloftype, 0)::regtype::text AS \"of type\",
            CASE WHEN c.relkind = 'm' THEN c.relispopulated END AS populated,
            {options} AS options,
            {toast_options} AS \"toast options\",
            access.amname AS \"access method\",
            tablespace.spcname AS tablespace,
            CASE WHEN c.relkind IN ('r', 'p') THEN c.relrowsecurity END AS \"row security\",
            CASE WHEN c.relkind IN ('r', 'p') THEN c.relforcerowsecurity END AS \"row security for the owner\",
            CASE WHEN c.relkind IN ('r', 'p', 'm') THEN CASE c.relreplident WHEN 'd' THEN 'primary key'
                WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN
                'index ' || coalesce(identity.indexrelid::regclass::text, '(dropped)') END
                END AS \"replica identity\",
            server.srvname AS server,
            {foreign_options} AS \"foreign options\",
            pg_get_userbyid(c.relowner) AS owner,
            {grants} AS grants,
            obj_description(c.oid, 'pg_class') AS comment
        FROM relation JOIN pg_class c USING (oid)
            LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
            LEFT JOIN pg_am access ON access.oid = c.relam
            LEFT JOIN pg_tablespace tablespace ON tablespace.oid = c.reltablespace
            LEFT JOIN pg_index identity ON identity.indrelid = c.oid AND identity.indisreplident
            LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
            LEFT JOIN pg_foreign_server server ON server.oid = f.ftserver,
            LATERAL (SELECT string_agg(inhparent::regclass
                    || CASE WHEN inhdetachpending THEN ' (being detached)' ELSE '' END, ', ' ORDER BY inhseqno)
                FROM pg_inherits WHERE inhrelid = c.oid) inheritance (parents)
        WHERE c.relkind <> 'c'",
        options = options("c.reloptions"),
        toast_options = options("toast.reloptions"),
        foreign_options = options("f.ftoptions"),
        grants = grants('r', "c.relacl", "c.relowner"),
    )
}

/// The columns of tables and views, and the attributes of composite types, whose order counts always.
fn columns(order: ColumnOrder) -> String {
    let order = match order {
        ColumnOrder::Ignored => "relation.kind = 'c'",
        ColumnOrder::Kept => "true",
    };
    format!(
        "SELECT CASE relation.kind WHEN 'c' THEN 'attribute ' ELSE 'column ' END
                || relation.name || '.' || quote_ident(a.attname) AS object,
            CASE WHEN {order} THEN coalesce(lag(quote_ident(a.attname))
                OVER (PARTITION BY a.attrelid ORDER BY a.attnum), 'nothing') END AS follows,
            format_type(a.atttypid, a.atttypmod) AS type,
            a.attnotnull AS \"not null\",
            CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) END AS default,
            CASE a.attgenerated WHEN 's' THEN 'stored ' WHEN 'v' THEN 'virtual ' END
                || pg_get_expr(d.adbin, d.adrelid) AS generated,
            CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
            CASE WHEN a.attcollation <> t.typcollation
                THEN nullif(a.attcollation, 0)::regcollation::text END AS collation,
            CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main'
                WHEN 'x' THEN 'extended' END AS storage,
            CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
            nullif(a.attstattarget, -1)::text AS \"statistics target\",
            CASE WHEN relation.kind <> 'c' THEN NOT a.attislocal END AS inherited,
            {options} AS options,
            {foreign_options} AS \"foreign options\",
            {grants} AS grants,
            col_description(a.attrelid, a.attnum) AS comment
        FROM relation JOIN pg_attribute a ON a.attrelid = relation.oid JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped",
        // Some builds of the server note numbers of their own here, which neither last nor are dumped.
        options = options(
            "ARRAY(SELECT option FROM unnest(a.attoptions) option WHERE NOT starts_with(option, 'pg_'))"
        ),
        foreign_options = options("a.attfdwoptions"),
        grants = grants('c', "a.attacl", "relation.owner"),
    )
}

/// The constraints of tables and domains. What stands in attributes of its own is cut off the end of the definition.
const CONSTRAINTS: &str = "
    SELECT 'constraint ' || quote_ident(k.conname) || ' on '
            || coalesce(relation.name, 'domain ' || type.name) AS object,
        regexp_replace(pg_get_constraintdef(k.oid),
            '( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT ENFORCED| NOT VALID)?$', '') AS definition,
        CASE WHEN k.condeferred THEN 'initially deferred' WHEN k.condeferrable THEN 'initially immediate'
            ELSE 'no' END AS deferrable,
        k.convalidated AS validated,
        (to_jsonb(k) ->> 'conenforced')::boolean AS enforced,
        CASE k.contype WHEN 'f' THEN NOT EXISTS (
            SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O') END AS \"triggers enabled\",
        CASE WHEN k.conrelid <> 0 THEN NOT k.conislocal END AS inherited,
        obj_description(k.oid, 'pg_constraint') AS comment
    FROM pg_constraint k
        LEFT JOIN relation ON relation.oid = k.conrelid
        LEFT JOIN type ON type.oid = k.contypid
    WHERE coalesce(relation.oid, type.oid) IS NOT NULL AND k.contype <> 't'";

const INDEXES: &str = "
    SELECT 'index ' || space.name || '.' || quote_ident(c.relname) AS object,
        pg_get_indexdef(c.oid) AS definition,
        i.indisvalid AS valid,
        i.indisclustered AS clustered,
        k.conname AS constraint,
        (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid) AS \"attached to\",
        (SELECT string_agg(attname || ' ' || attstattarget, ', ' ORDER BY attnum)
            FROM pg_attribute WHERE attrelid = c.oid AND attstattarget >= 0) AS \"statistics targets\",
        tablespace.spcname AS tablespace,
        obj_description(c.oid, 'pg_class') AS comment
    FROM relation JOIN pg_index i ON i.indrelid = relation.oid
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN space ON space.oid = c.relnamespace
        LEFT JOIN pg_constraint k
            ON k.conindid = c.oid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
        LEFT JOIN pg_tablespace tablespace ON tablespace.oid = c.reltablespace";

fn triggers() -> String {
    format!(
        "SELECT 'trigger ' || quote_ident(t.tgname) || ' on ' || relation.name AS object,
            pg_get_triggerdef(t.oid) AS definition,
            {firing} AS enabled,
            t.tgparentid <> 0 AS inherited,
            obj_description(t.oid, 'pg_trigger') AS comment
        FROM relation JOIN pg_trigger t ON t.tgrelid = relation.oid
        WHERE NOT t.tgisinternal OR t.tgparentid <> 0 AND t.tgconstraint = 0",
        firing = firing("t.tgenabled"),
    )
}

/// The rules, without those that are the definitions of views.
fn rules() -> String {
    format!(
        "SELECT 'rule ' || quote_ident(r.rulename) || ' on ' || relation.name AS object,
            pg_get_ruledef(r.oid) AS definition,
            {firing} AS enabled,
            obj_description(r.oid, 'pg_rewrite') AS comment
        FROM relation JOIN pg_rewrite r ON r.ev_class = relation.oid
        WHERE r.rulename <> '_RETURN'",
        firing = firing("r.ev_enabled"),
    )
}

const POLICIES: &str = "
    SELECT 'policy ' || quote_ident(p.polname) || ' on ' || relation.name AS object,
        p.polpermissive AS permissive,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
            ELSE 'ALL' END AS command,
        (SELECT string_agg(role, ', ' ORDER BY role COLLATE \"C\")
            FROM unnest(p.polroles) id, LATERAL (
                SELECT CASE id WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(id)) END) named (role)) AS roles,
        pg_get_expr(p.polqual, p.polrelid) AS using,
        pg_get_expr(p.polwithcheck, p.polrelid) AS \"with check\",
        obj_description(p.oid, 'pg_policy') AS comment
    FROM relation JOIN pg_policy p ON p.polrelid = relation.oid";

fn sequences() -> String {
    format!(
        "SELECT 'sequence ' || space.name || '.' || quote_ident(c.relname) AS object,
            format_type(s.seqtypid, NULL) AS type,
            s.seqstart::text AS start,
            s.seqincrement::text AS increment,
            s.seqmin::text AS minimum,
            s.seqmax::text AS maximum,
            s.seqcache::text AS cache,
            s.seqcycle AS cycle,
            d.refobjid::regclass || '.' || quote_ident(a.attname) AS \"owned by\",
            d.deptype = 'i' AS identity,
            CASE c.relpersistence WHEN 'p' THEN 'permanent' WHEN 'u' THEN 'unlogged'
                WHEN 't' THEN 'temporary' END AS persistence,
            pg_get_userbyid(c.relowner) AS owner,
            {grants} AS grants,
            obj_description(c.oid, 'pg_class') AS comment
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN space ON space.oid = c.relnamespace
            LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
                AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
            LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE (c.tableoid, c.oid) NOT IN (TABLE member)",
        grants = grants('s', "c.relacl", "c.relowner"),
    )
}

const STATISTICS: &str = "
    SELECT 'statistics ' || space.name || '.' || quote_ident(s.stxname) AS object,
        pg_get_statisticsobjdef(s.oid) AS definition,
        nullif(s.stxstattarget, -1)::text AS \"statistics target\",
        pg_get_userbyid(s.stxowner) AS owner,
        obj_description(s.oid, 'pg_statistic_ext') AS comment
    FROM pg_statistic_ext s JOIN space ON space.oid = s.stxnamespace
    WHERE (s.tableoid, s.oid) NOT IN (TABLE member)";
