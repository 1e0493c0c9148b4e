-- Migration: Index the addresses while others write to them.
-- Dependencies: 001_create_shop
-- Rollback: drop the index.

-- @no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_users_email ON shop.users (email);

-- @verify
SELECT pg_catalog.to_regclass('shop.ix_users_email') IS NOT NULL;

-- @rollback
DROP INDEX IF EXISTS shop.ix_users_email;
