-- Migration: Forget how old the users are.
-- Dependencies: 001_create_users
-- Rollback: add the column again; its values come back from the backup.

-- @backup shop.users.age
ALTER TABLE shop.users DROP COLUMN IF EXISTS age;

-- @rollback
ALTER TABLE shop.users ADD COLUMN IF NOT EXISTS age smallint;
