-- Migration: Drop the passwords.
-- Dependencies: none
-- Rollback: irreversible: they are gone

ALTER TABLE users DROP COLUMN IF EXISTS password;

-- @rollback
SELECT 1;
