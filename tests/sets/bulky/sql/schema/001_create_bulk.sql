-- Migration: Create a table of about 20 MB.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS bulk (id integer NOT NULL, filler text NOT NULL);
INSERT INTO bulk SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, 20000) AS i;
CREATE INDEX IF NOT EXISTS ix_bulk_id ON bulk (id);

-- @rollback
DROP TABLE IF EXISTS bulk;
