-- Migration: Index the table while others write to it.
-- Dependencies: 002_create_things
-- Rollback: drop the indexes.

-- @no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_things_id ON things (id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_things_name ON things (name);
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_things_length ON things (length(name));

-- @verify
SELECT indisvalid FROM pg_index WHERE indrelid = 'things'::regclass;

-- @rollback
DROP INDEX IF EXISTS ix_things_id, ix_things_name, ix_things_length;
