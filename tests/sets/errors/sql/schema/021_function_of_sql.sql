-- Migration: A function in SQL that fails when it is called.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE OR REPLACE FUNCTION shares(parts int) RETURNS SETOF int LANGUAGE sql VOLATILE AS $$
    SELECT 1;
    SELECT 1 / n FROM generate_series(0, parts) AS n;
$$;

SELECT * FROM shares(2);
