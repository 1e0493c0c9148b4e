-- Migration: Create a table with rows, and a function that takes its time.
-- Dependencies: none
-- Rollback: drop them.

CREATE TABLE IF NOT EXISTS runs (migration text NOT NULL);
CREATE TABLE IF NOT EXISTS things (id bigint PRIMARY KEY, name text NOT NULL, n integer NOT NULL DEFAULT 0);
INSERT INTO things (id, name) SELECT i, 'thing ' || i FROM generate_series(1, 300) AS i;
CREATE OR REPLACE FUNCTION slowly(name text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM pg_sleep(0.002);
    RETURN name;
END
$$;

-- @rollback
DROP TABLE IF EXISTS things, runs;
DROP FUNCTION IF EXISTS slowly;
