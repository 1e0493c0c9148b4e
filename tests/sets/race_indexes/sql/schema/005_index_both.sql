-- Migration: Index both columns while others write to the table.
-- Dependencies: 002_create_things
-- Rollback: drop the index.

-- @no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_things_id_name ON things (id, name);

-- @rollback
DROP INDEX IF EXISTS ix_things_id_name;
