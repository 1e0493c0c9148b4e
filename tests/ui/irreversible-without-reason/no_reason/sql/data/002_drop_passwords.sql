-- Migration: Drop the passwords.
-- Dependencies: none
-- Rollback: irreversible: they are gone

-- @allow data-loss: they are hashed since 001
ALTER TABLE users DROP COLUMN IF EXISTS password;

-- @rollback
SELECT 1;
