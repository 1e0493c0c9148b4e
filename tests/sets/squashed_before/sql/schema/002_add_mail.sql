-- Migration: Users have a mail address.
-- Dependencies: 001_create_users
-- Rollback: drop the column.

ALTER TABLE users ADD COLUMN IF NOT EXISTS mail text;

-- @rollback
ALTER TABLE users DROP COLUMN IF EXISTS mail;
