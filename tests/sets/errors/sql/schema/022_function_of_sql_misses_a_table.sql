-- Migration: A function in SQL about a table that is not there.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE OR REPLACE FUNCTION users() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*)
    FROM nobody
$$;
