-- Migration: Promise more than is done.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS things (id int PRIMARY KEY);
INSERT INTO things (id) SELECT generate_series(1, 3);

-- @verify
SELECT to_regclass('things') IS NOT NULL;
SELECT count(*) = 3, min(id) = 1 FROM things;
SELECT id, id < 3 AS small, 'kept' AS verified_row FROM things ORDER BY id;

-- @rollback
DROP TABLE IF EXISTS things;
