-- Migration: Remove the users.
-- Dependencies: none
-- Rollback: drop it.

DROP TABLE IF EXISTS users;

-- @rollback
SELECT 1;
