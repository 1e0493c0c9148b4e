-- Migration: Build an index slowly, outside a transaction.
-- Dependencies: 002_rest
-- Rollback: drop it.

-- @no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_things_name ON things (slowly(name));

-- @verify
SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_things_name'::regclass;

-- @rollback
DROP INDEX IF EXISTS ix_things_name;
