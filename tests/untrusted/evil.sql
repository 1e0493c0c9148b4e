-- A schema with a function for every built-in function and operator, a domain for every built-in type, and a table for
-- every catalogue. Each use of one of them is an error, and is counted even where the error is swallowed.
CREATE SCHEMA evil;
CREATE SEQUENCE evil.calls;
CREATE FUNCTION evil.spring(what text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS
    $$BEGIN PERFORM nextval('evil.calls'); RAISE EXCEPTION 'evil.% was used', what; END$$;
DO $do$
DECLARE
    object record;
    body text := 'BEGIN PERFORM evil.spring(%L); END';
BEGIN
    FOR object IN
        SELECT p.oid, proname AS name, format_type(prorettype, NULL) AS result, coalesce(
            (SELECT string_agg(replace(format_type(type, NULL), '"any"', 'anyelement'), ', ' ORDER BY number)
             FROM unnest(proargtypes) WITH ORDINALITY AS arguments (type, number)), '') AS arguments
        FROM pg_proc AS p WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind <> 'p'
    LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L',
                object.name, object.arguments, object.result, format(body, object.name));
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    FOR object IN
        SELECT oid, oprname AS name, format_type(oprresult, NULL) AS result, oprkind = 'l' AS prefix,
            format_type(oprleft, NULL) AS left, format_type(oprright, NULL) AS right
        FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace
    LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION evil.operator_%s(%s) RETURNS %s LANGUAGE plpgsql AS %L', object.oid,
                concat_ws(', ', CASE WHEN NOT object.prefix THEN object.left END, object.right), object.result,
                format(body, object.name));
            EXECUTE format('CREATE OPERATOR evil.%s (FUNCTION = evil.operator_%s, %s RIGHTARG = %s)', object.name,
                object.oid, CASE WHEN NOT object.prefix THEN format('LEFTARG = %s,', object.left) END, object.right);
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    FOR object IN
        SELECT typname AS name FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype = 'b'
    LOOP
        BEGIN
            EXECUTE format('CREATE DOMAIN evil.%I AS pg_catalog.%1$I CHECK (evil.spring(%L))', object.name, object.name);
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    FOR object IN
        SELECT relname AS name FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v')
    LOOP
        EXECUTE format('CREATE TABLE evil.%I ()', object.name);
    END LOOP;
END
$do$;
