-- Migration: Copy the people.
-- Dependencies: none
-- Rollback: drop it.

BEGIN;
CREATE INDEX IF NOT EXISTS ix_users_name ON shop.users (name);
INSERT INTO shop.users (name)
SELECT name FROM shop.people;
UPDATE ONLY shop.users SET name = lower(name);
COMMIT;

-- @rollback
SELECT 1;
