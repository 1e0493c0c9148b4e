-- Migration: Hash the passwords.
-- Dependencies: none
-- Rollback: irreversible

UPDATE users SET password = md5(password) WHERE password IS NOT NULL;
