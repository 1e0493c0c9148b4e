-- Migration: Index the table while others write to it, then clean it.
-- Dependencies: 001_create_things
-- Rollback: drop the index.

-- @no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_things_name ON things (name);
INSERT INTO things (name) VALUES ('in between');
VACUUM things;

-- @verify
SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_things_name'::regclass;

-- @rollback
DROP INDEX IF EXISTS ix_things_name;
