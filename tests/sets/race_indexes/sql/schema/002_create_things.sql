-- Migration: Create a table with rows.
-- Dependencies: 001_create_counter
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS things (id integer, name text);
INSERT INTO things SELECT i, 'thing ' || i FROM generate_series(1, 5000) AS i;

-- @rollback
DROP TABLE IF EXISTS things;
