//! The database itself, and what stands in no schema.

use super::{firing, grants, options};

/// The version from which a publication can hold schemas, rows and columns.
const FINE_PUBLICATIONS: i32 = 150_000;

pub(super) fn all(version: i32) -> Vec<String> {
    let mut queries = vec![
        database(),
        schemas(),
        EXTENSIONS.to_owned(),
        languages(),
        TRANSFORMS.to_owned(),
        ACCESS_METHODS.to_owned(),
        wrappers(),
        servers(),
        default_privileges(),
        PUBLICATIONS.to_owned(),
        event_triggers(),
    ];
    if version >= FINE_PUBLICATIONS {
        queries.extend([PUBLISHED_TABLES.to_owned(), PUBLISHED_SCHEMAS.to_owned()]);
    } else {
        queries.push(PUBLISHED_WHOLE_TABLES.to_owned());
    }
    queries
}

/// The database, without its name.
fn database() -> String {
    format!(
        "SELECT 'database' AS object,
            (SELECT string_agg(concat(quote_ident(nullif(setrole, 0)::regrole::text) || ': ', setting), E'\\n'
                    ORDER BY nullif(setrole, 0)::regrole::text COLLATE \"C\" NULLS FIRST, setting COLLATE \"C\")
                FROM pg_db_role_setting, unnest(setconfig) setting WHERE setdatabase = d.oid) AS settings,
            pg_get_userbyid(d.datdba) AS owner,
            {grants} AS grants
        FROM pg_database d WHERE datname = current_database()",
        grants = grants('d', "d.datacl", "d.datdba"),
    )
}

fn schemas() -> String {
    format!(
        "SELECT 'schema ' || space.name AS object,
            pg_get_userbyid(n.nspowner) AS owner,
            {grants} AS grants,
            obj_description(n.oid, 'pg_namespace') AS comment
        FROM space JOIN pg_namespace n USING (oid)
        WHERE n.oid <> pg_my_temp_schema() AND (n.tableoid, n.oid) NOT IN (TABLE member)",
        grants = grants('n', "n.nspacl", "n.nspowner"),
    )
}

const EXTENSIONS: &str = "
    SELECT 'extension ' || quote_ident(e.extname) AS object,
        e.extversion AS version,
        e.extnamespace::regnamespace::text AS schema,
        pg_get_userbyid(e.extowner) AS owner,
        obj_description(e.oid, 'pg_extension') AS comment
    FROM pg_extension e
    WHERE e.extnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname = ANY ($1::text[]))";

fn languages() -> String {
    format!(
        "SELECT 'language ' || quote_ident(l.lanname) AS object,
            l.lanpltrusted AS trusted,
            nullif(l.lanplcallfoid, 0)::regprocedure::text AS handler,
            nullif(l.laninline, 0)::regprocedure::text AS inline,
            nullif(l.lanvalidator, 0)::regprocedure::text AS validator,
            pg_get_userbyid(l.lanowner) AS owner,
            {grants} AS grants,
            obj_description(l.oid, 'pg_language') AS comment
        FROM pg_language l
        WHERE l.oid >= 16384 AND (l.tableoid, l.oid) NOT IN (TABLE member)",
        grants = grants('l', "l.lanacl", "l.lanowner"),
    )
}

const TRANSFORMS: &str = "
    SELECT format('transform for %s language %I', format_type(t.trftype, NULL), l.lanname) AS object,
        nullif(t.trffromsql::oid, 0)::regprocedure::text AS \"from SQL\",
        nullif(t.trftosql::oid, 0)::regprocedure::text AS \"to SQL\",
        obj_description(t.oid, 'pg_transform') AS comment
    FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang
    WHERE (t.tableoid, t.oid) NOT IN (TABLE member)";

const ACCESS_METHODS: &str = "
    SELECT 'access method ' || quote_ident(a.amname) AS object,
        CASE a.amtype WHEN 'i' THEN 'index' WHEN 't' THEN 'table' END AS type,
        a.amhandler::oid::regprocedure::text AS handler,
        obj_description(a.oid, 'pg_am') AS comment
    FROM pg_am a
    WHERE a.oid >= 16384 AND (a.tableoid, a.oid) NOT IN (TABLE member)";

fn wrappers() -> String {
    format!(
        "SELECT 'foreign data wrapper ' || quote_ident(w.fdwname) AS object,
            nullif(w.fdwhandler, 0)::regprocedure::text AS handler,
            nullif(w.fdwvalidator, 0)::regprocedure::text AS validator,
            {options} AS options,
            pg_get_userbyid(w.fdwowner) AS owner,
            {grants} AS grants,
            obj_description(w.oid, 'pg_foreign_data_wrapper') AS comment
        FROM pg_foreign_data_wrapper w
        WHERE (w.tableoid, w.oid) NOT IN (TABLE member)",
        options = options("w.fdwoptions"),
        grants = grants('F', "w.fdwacl", "w.fdwowner"),
    )
}

fn servers() -> String {
    format!(
        "SELECT 'server ' || quote_ident(s.srvname) AS object,
            quote_ident(w.fdwname) AS wrapper,
            s.srvtype AS type,
            s.srvversion AS version,
            {options} AS options,
            pg_get_userbyid(s.srvowner) AS owner,
            {grants} AS grants,
            obj_description(s.oid, 'pg_foreign_server') AS comment
        FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
        WHERE (s.tableoid, s.oid) NOT IN (TABLE member)",
        options = options("s.srvoptions"),
        grants = grants('S', "s.srvacl", "s.srvowner"),
    )
}

fn default_privileges() -> String {
    format!(
        "SELECT format('default privileges of %I on %s%s', pg_get_userbyid(d.defaclrole),
                CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                    WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' WHEN 'L' THEN 'large objects' END,
                ' in schema ' || space.name) AS object,
            {grants} AS privileges
        FROM pg_default_acl d LEFT JOIN space ON space.oid = d.defaclnamespace
        WHERE d.defaclnamespace = 0 OR space.oid IS NOT NULL",
        grants = grants('r', "d.defaclacl", "d.defaclrole"),
    )
}

/// Publications; what some versions do not have is read by name, from JSON.
const PUBLICATIONS: &str = "
    SELECT 'publication ' || quote_ident(p.pubname) AS object,
        p.puballtables AS \"all tables\",
        concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
            CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publishes,
        p.pubviaroot AS \"via partition root\",
        CASE to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'stored' WHEN 'n' THEN 'none' END AS \"generated columns\",
        pg_get_userbyid(p.pubowner) AS owner,
        obj_description(p.oid, 'pg_publication') AS comment
    FROM pg_publication p
    WHERE (p.tableoid, p.oid) NOT IN (TABLE member)";

const PUBLISHED_TABLES: &str = "
    SELECT format('table %s in publication %I', relation.name, p.pubname) AS object,
        pg_get_expr(t.prqual, t.prrelid) AS rows,
        (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname COLLATE \"C\")
            FROM pg_attribute WHERE attrelid = t.prrelid AND attnum = ANY (t.prattrs)) AS columns
    FROM pg_publication_rel t JOIN pg_publication p ON p.oid = t.prpubid JOIN relation ON relation.oid = t.prrelid";

const PUBLISHED_WHOLE_TABLES: &str = "
    SELECT format('table %s in publication %I', relation.name, p.pubname) AS object
    FROM pg_publication_rel t JOIN pg_publication p ON p.oid = t.prpubid JOIN relation ON relation.oid = t.prrelid";

const PUBLISHED_SCHEMAS: &str = "
    SELECT format('schema %s in publication %I', space.name, p.pubname) AS object
    FROM pg_publication_namespace n JOIN pg_publication p ON p.oid = n.pnpubid JOIN space ON space.oid = n.pnnspid";

fn event_triggers() -> String {
    format!(
        "SELECT 'event trigger ' || quote_ident(e.evtname) AS object,
            e.evtevent AS event,
            {tags} AS tags,
            e.evtfoid::regprocedure::text AS function,
            {firing} AS enabled,
            pg_get_userbyid(e.evtowner) AS owner,
            obj_description(e.oid, 'pg_event_trigger') AS comment
        FROM pg_event_trigger e
        WHERE (e.tableoid, e.oid) NOT IN (TABLE member)",
        tags = options("e.evttags"),
        firing = firing("e.evtenabled"),
    )
}
