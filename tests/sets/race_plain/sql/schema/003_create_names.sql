-- Migration: Create a table and its rows.
-- Dependencies: 001_create_counter
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS names (id integer PRIMARY KEY, name text NOT NULL);
INSERT INTO names SELECT id, 'name ' || id FROM generate_series(1, 100) AS id;

-- @rollback
DROP TABLE IF EXISTS names;
