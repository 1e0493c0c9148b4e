-- Migration: Find orders by their number.
-- Dependencies: 001_create_orders
-- Rollback: drop the index.

-- @renamed-from 003_index_orders
-- @no-transaction
-- @allow not-idempotent: a second run of it must fail, so that a test notices one
CREATE INDEX CONCURRENTLY ix_orders ON orders (id);

-- @rollback
DROP INDEX IF EXISTS ix_orders;
