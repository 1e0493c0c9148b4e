//! Functions, procedures and aggregates.

use super::grants;

pub(super) fn all() -> Vec<String> {
    vec![routines()]
}

fn routines() -> String {
    format!(
        "SELECT CASE p.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END
                || space.name || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')' AS object,
            CASE WHEN p.prokind = 'a' THEN ({AGGREGATE}) ELSE pg_get_functiondef(p.oid) END AS definition,
            pg_get_userbyid(p.proowner) AS owner,
            {grants} AS grants,
            obj_description(p.oid, 'pg_proc') AS comment
        FROM pg_proc p JOIN space ON space.oid = p.pronamespace
        WHERE (p.tableoid, p.oid) NOT IN (TABLE member)",
        grants = grants('f', "p.proacl", "p.proowner"),
    )
}

/// The definition of an aggregate, for which PostgreSQL has no function.
const AGGREGATE: &str = "
    SELECT concat_ws(E'\\n',
        'arguments = ' || pg_get_function_arguments(p.oid),
        'result = ' || pg_get_function_result(p.oid),
        'kind = ' || CASE a.aggkind WHEN 'n' THEN 'normal' WHEN 'o' THEN 'ordered-set'
            WHEN 'h' THEN 'hypothetical-set' END,
        'sfunc = ' || a.aggtransfn::oid::regprocedure,
        'stype = ' || format_type(a.aggtranstype, NULL),
        'sspace = ' || nullif(a.aggtransspace, 0),
        'initcond = ' || a.agginitval,
        'finalfunc = ' || nullif(a.aggfinalfn::oid, 0)::regprocedure,
        'finalfunc_extra = ' || CASE WHEN a.aggfinalextra THEN 'yes' END,
        'finalfunc_modify = ' || a.aggfinalmodify::text,
        'combinefunc = ' || nullif(a.aggcombinefn::oid, 0)::regprocedure,
        'serialfunc = ' || nullif(a.aggserialfn::oid, 0)::regprocedure,
        'deserialfunc = ' || nullif(a.aggdeserialfn::oid, 0)::regprocedure,
        'msfunc = ' || nullif(a.aggmtransfn::oid, 0)::regprocedure,
        'minvfunc = ' || nullif(a.aggminvtransfn::oid, 0)::regprocedure,
        'mstype = ' || format_type(nullif(a.aggmtranstype, 0), NULL),
        'msspace = ' || nullif(a.aggmtransspace, 0),
        'minitcond = ' || a.aggminitval,
        'mfinalfunc = ' || nullif(a.aggmfinalfn::oid, 0)::regprocedure,
        'mfinalfunc_extra = ' || CASE WHEN a.aggmfinalextra THEN 'yes' END,
        'mfinalfunc_modify = ' || a.aggmfinalmodify::text,
        'sortop = ' || nullif(a.aggsortop, 0)::regoperator,
        'parallel = ' || CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END)
    FROM pg_aggregate a WHERE a.aggfnoid = p.oid";
