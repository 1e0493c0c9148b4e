-- Migration: Create a table with some rows.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS things (id int, name text);
INSERT INTO things SELECT i, 'thing ' || i FROM generate_series(1, 20) AS i;

-- @rollback
DROP TABLE IF EXISTS things;
