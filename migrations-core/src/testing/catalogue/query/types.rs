//! Types, collations, and what makes operators and text search.

use super::grants;

pub(super) fn all() -> Vec<String> {
    vec![
        types(),
        COLLATIONS.to_owned(),
        OPERATORS.to_owned(),
        OPERATOR_CLASSES.to_owned(),
        OPERATOR_FAMILIES.to_owned(),
        CASTS.to_owned(),
        CONVERSIONS.to_owned(),
        TEXT_SEARCH_DICTIONARIES.to_owned(),
        TEXT_SEARCH_CONFIGURATIONS.to_owned(),
        TEXT_SEARCH_CODE.to_owned(),
    ]
}

/// Enums, composites (their attributes come with the columns), domains, ranges and base types.
fn types() -> String {
    format!(
        "SELECT CASE t.typtype WHEN 'd' THEN 'domain ' ELSE 'type ' END || type.name AS object,
            CASE t.typtype WHEN 'd' THEN NULL WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range'
                WHEN 'p' THEN 'shell' ELSE 'base' END AS kind,
            (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
                FROM pg_enum WHERE enumtypid = t.oid) AS labels,
            CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS type,
            CASE t.typtype WHEN 'd' THEN t.typnotnull END AS \"not null\",
            CASE t.typtype WHEN 'd' THEN coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) END AS default,
            CASE WHEN t.typtype = 'd' AND t.typcollation <> base.typcollation
                THEN nullif(t.typcollation, 0)::regcollation::text END AS collation,
            CASE t.typtype WHEN 'r' THEN ({RANGE}) WHEN 'b' THEN ({BASE}) END AS definition,
            pg_get_userbyid(t.typowner) AS owner,
            {grants} AS grants,
            obj_description(t.oid, 'pg_type') AS comment
        FROM type JOIN pg_type t USING (oid) LEFT JOIN pg_type base ON base.oid = t.typbasetype",
        grants = grants('T', "t.typacl", "t.typowner"),
    )
}

const RANGE: &str = "
    SELECT concat_ws(E'\\n',
        'subtype = ' || format_type(r.rngsubtype, NULL),
        'subtype_opclass = ' || (SELECT opcname FROM pg_opclass WHERE oid = r.rngsubopc),
        'collation = ' || nullif(r.rngcollation, 0)::regcollation,
        'canonical = ' || nullif(r.rngcanonical::oid, 0)::regprocedure,
        'subtype_diff = ' || nullif(r.rngsubdiff::oid, 0)::regprocedure,
        'multirange_type_name = ' || format_type(r.rngmultitypid, NULL))
    FROM pg_range r WHERE r.rngtypid = t.oid";

const BASE: &str = "
    concat_ws(E'\\n',
        'input = ' || nullif(t.typinput::oid, 0)::regprocedure,
        'output = ' || nullif(t.typoutput::oid, 0)::regprocedure,
        'receive = ' || nullif(t.typreceive::oid, 0)::regprocedure,
        'send = ' || nullif(t.typsend::oid, 0)::regprocedure,
        'typmod_in = ' || nullif(t.typmodin::oid, 0)::regprocedure,
        'typmod_out = ' || nullif(t.typmodout::oid, 0)::regprocedure,
        'analyze = ' || nullif(t.typanalyze::oid, 0)::regprocedure,
        'subscript = ' || nullif(t.typsubscript::oid, 0)::regprocedure,
        'internallength = ' || t.typlen,
        'passedbyvalue = ' || t.typbyval,
        'alignment = ' || t.typalign::text,
        'storage = ' || t.typstorage::text,
        'category = ' || t.typcategory::text,
        'preferred = ' || t.typispreferred,
        'default = ' || t.typdefault,
        'element = ' || format_type(nullif(t.typelem, 0), NULL),
        'delimiter = ' || t.typdelim::text,
        'collatable = ' || (t.typcollation <> 0))";

/// The columns of a collation have had several names: they are read by name, from JSON.
const COLLATIONS: &str = "
    SELECT 'collation ' || space.name || '.' || quote_ident(c.collname) AS object,
        CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin'
            WHEN 'd' THEN 'default' END AS provider,
        coalesce(named ->> 'colllocale', named ->> 'colliculocale', nullif(concat_ws(', ', 'LC_COLLATE ' ||
            c.collcollate, 'LC_CTYPE ' || c.collctype), '')) AS locale,
        coalesce(named ->> 'collicurules', named ->> 'collrules') AS rules,
        c.collisdeterministic AS deterministic,
        nullif(pg_encoding_to_char(c.collencoding), '') AS encoding,
        pg_get_userbyid(c.collowner) AS owner,
        obj_description(c.oid, 'pg_collation') AS comment
    FROM pg_collation c JOIN space ON space.oid = c.collnamespace, LATERAL to_jsonb(c) named
    WHERE (c.tableoid, c.oid) NOT IN (TABLE member)";

const OPERATORS: &str = "
    SELECT 'operator ' || (pg_identify_object(o.tableoid, o.oid, 0)).identity AS object,
        nullif(o.oprcode::oid, 0)::regprocedure::text AS function,
        nullif(o.oprcom, 0)::regoperator::text AS commutator,
        nullif(o.oprnegate, 0)::regoperator::text AS negator,
        nullif(o.oprrest::oid, 0)::regprocedure::text AS restrict,
        nullif(o.oprjoin::oid, 0)::regprocedure::text AS join,
        o.oprcanhash AS hashes,
        o.oprcanmerge AS merges,
        pg_get_userbyid(o.oprowner) AS owner,
        obj_description(o.oid, 'pg_operator') AS comment
    FROM pg_operator o JOIN space ON space.oid = o.oprnamespace
    WHERE (o.tableoid, o.oid) NOT IN (TABLE member)";

const OPERATOR_CLASSES: &str = "
    SELECT 'operator class ' || (pg_identify_object(c.tableoid, c.oid, 0)).identity AS object,
        format_type(c.opcintype, NULL) AS type,
        c.opcdefault AS default,
        format_type(nullif(c.opckeytype, 0), NULL) AS storage,
        (pg_identify_object('pg_opfamily'::regclass, c.opcfamily, 0)).identity AS family,
        pg_get_userbyid(c.opcowner) AS owner,
        obj_description(c.oid, 'pg_opclass') AS comment
    FROM pg_opclass c JOIN space ON space.oid = c.opcnamespace
    WHERE (c.tableoid, c.oid) NOT IN (TABLE member)";

const OPERATOR_FAMILIES: &str = "
    SELECT 'operator family ' || (pg_identify_object(f.tableoid, f.oid, 0)).identity AS object,
        (SELECT string_agg(format('%s %s%s', amopstrategy, amopopr::regoperator,
                ' FOR ORDER BY ' || (pg_identify_object('pg_opfamily'::regclass, nullif(amopsortfamily, 0), 0)).identity), E'\\n'
                ORDER BY amopstrategy, amopopr::regoperator::text COLLATE \"C\")
            FROM pg_amop WHERE amopfamily = f.oid) AS operators,
        (SELECT string_agg(format('%s (%s, %s) %s', amprocnum, format_type(amproclefttype, NULL),
                format_type(amprocrighttype, NULL), amproc::oid::regprocedure), E'\\n'
                ORDER BY amprocnum, amproc::oid::regprocedure::text COLLATE \"C\")
            FROM pg_amproc WHERE amprocfamily = f.oid) AS functions,
        pg_get_userbyid(f.opfowner) AS owner,
        obj_description(f.oid, 'pg_opfamily') AS comment
    FROM pg_opfamily f JOIN space ON space.oid = f.opfnamespace
    WHERE (f.tableoid, f.oid) NOT IN (TABLE member)";

/// Casts have no schema: those of PostgreSQL are known by their OIDs, and those of an ignored schema by their types.
const CASTS: &str = "
    SELECT format('cast from %s to %s', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)) AS object,
        CASE c.castmethod WHEN 'f' THEN c.castfunc::regprocedure::text WHEN 'i' THEN 'by input and output'
            WHEN 'b' THEN 'binary coercible' END AS definition,
        CASE c.castcontext WHEN 'e' THEN 'explicit' WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' END AS context,
        obj_description(c.oid, 'pg_cast') AS comment
    FROM pg_cast c JOIN pg_type source ON source.oid = c.castsource JOIN pg_type target ON target.oid = c.casttarget
    WHERE c.oid >= 16384 AND (c.tableoid, c.oid) NOT IN (TABLE member)
        AND source.typnamespace IN (SELECT oid FROM space UNION ALL SELECT 'pg_catalog'::regnamespace)
        AND target.typnamespace IN (SELECT oid FROM space UNION ALL SELECT 'pg_catalog'::regnamespace)";

const CONVERSIONS: &str = "
    SELECT 'conversion ' || space.name || '.' || quote_ident(c.conname) AS object,
        format('%s to %s by %s', pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding),
            c.conproc::oid::regprocedure) AS definition,
        c.condefault AS default,
        pg_get_userbyid(c.conowner) AS owner,
        obj_description(c.oid, 'pg_conversion') AS comment
    FROM pg_conversion c JOIN space ON space.oid = c.connamespace
    WHERE (c.tableoid, c.oid) NOT IN (TABLE member)";

const TEXT_SEARCH_DICTIONARIES: &str = "
    SELECT 'text search dictionary ' || space.name || '.' || quote_ident(d.dictname) AS object,
        (pg_identify_object('pg_ts_template'::regclass, d.dicttemplate, 0)).identity AS template,
        d.dictinitoption AS options,
        pg_get_userbyid(d.dictowner) AS owner,
        obj_description(d.oid, 'pg_ts_dict') AS comment
    FROM pg_ts_dict d JOIN space ON space.oid = d.dictnamespace
    WHERE (d.tableoid, d.oid) NOT IN (TABLE member)";

const TEXT_SEARCH_CONFIGURATIONS: &str = "
    SELECT 'text search configuration ' || space.name || '.' || quote_ident(c.cfgname) AS object,
        (pg_identify_object('pg_ts_parser'::regclass, c.cfgparser, 0)).identity AS parser,
        (SELECT string_agg(token.alias || ': ' || m.mapdict::regdictionary, E'\\n' ORDER BY maptokentype, mapseqno)
            FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) token ON token.tokid = m.maptokentype
            WHERE m.mapcfg = c.oid) AS mapping,
        pg_get_userbyid(c.cfgowner) AS owner,
        obj_description(c.oid, 'pg_ts_config') AS comment
    FROM pg_ts_config c JOIN space ON space.oid = c.cfgnamespace
    WHERE (c.tableoid, c.oid) NOT IN (TABLE member)";

/// The parsers and templates of text search, which are functions in C.
const TEXT_SEARCH_CODE: &str = "
    SELECT format('%s %s.%I', kind, space.name, code.name) AS object,
        definition,
        obj_description(code.oid, catalogue) AS comment
    FROM (
        SELECT 'text search parser', 'pg_ts_parser', tableoid, oid, prsnamespace, prsname, concat_ws(', ',
            prsstart::oid::regprocedure, prstoken::oid::regprocedure, prsend::oid::regprocedure,
            nullif(prsheadline::oid, 0)::regprocedure, prslextype::oid::regprocedure) FROM pg_ts_parser
        UNION ALL
        SELECT 'text search template', 'pg_ts_template', tableoid, oid, tmplnamespace, tmplname, concat_ws(', ',
            nullif(tmplinit::oid, 0)::regprocedure, tmpllexize::oid::regprocedure) FROM pg_ts_template
    ) code (kind, catalogue, tableoid, oid, namespace, name, definition) JOIN space ON space.oid = code.namespace
    WHERE (code.tableoid, code.oid) NOT IN (TABLE member)";
