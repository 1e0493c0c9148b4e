-- Migration: Index the users.
-- Dependencies: none
-- Rollback: drop it.

BEGIN;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_users_name
    ON shop.users (name);
COMMIT;

-- @rollback
DROP INDEX CONCURRENTLY IF EXISTS shop.ix_users_name;
