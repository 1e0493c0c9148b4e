-- Migration: Names may be missing, and are indexed.
-- Dependencies: 001_create_shop
-- Rollback: drop the index. (It forgets the NOT NULL, and empties the table.)

ALTER TABLE shop.users ALTER COLUMN name DROP NOT NULL;
CREATE INDEX IF NOT EXISTS ix_users_name ON shop.users (name);
CREATE TYPE shop.colour AS ENUM ('red');

-- @rollback
DROP INDEX IF EXISTS shop.ix_users_name;
DELETE FROM shop.users;
DROP TYPE shop.colour;
