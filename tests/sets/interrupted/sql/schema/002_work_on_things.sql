-- Migration: Everything that refuses a transaction and can be interrupted.
-- Dependencies: 001_create_things
-- Rollback: drop the index; the rest stays as it is.

-- @no-transaction
SET application_name = 'set by the migration';
ALTER TYPE colour ADD VALUE IF NOT EXISTS 'green';
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_things_name ON things (name);
REINDEX INDEX CONCURRENTLY ix_things_id;
ALTER TABLE orders DETACH PARTITION orders_2019 CONCURRENTLY;
DROP INDEX CONCURRENTLY IF EXISTS ix_things_id;
VACUUM things;
INSERT INTO things VALUES (1, current_setting('application_name'));

-- @verify
SELECT 'green'::colour IS NOT NULL;

-- @rollback
DROP INDEX IF EXISTS ix_things_name;
