-- Migration: Create the users.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS users;

-- @rollback
DROP SCHEMA IF EXISTS users;
