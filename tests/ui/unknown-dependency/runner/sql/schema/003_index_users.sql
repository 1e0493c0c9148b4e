-- Migration: Index the users.
-- Dependencies: 002_fil_users
-- Rollback: drop the index.

CREATE INDEX IF NOT EXISTS ix_users_name ON shop.users (name);

-- @rollback
DROP INDEX IF EXISTS shop.ix_users_name;
