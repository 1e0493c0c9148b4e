-- Migration: Create users once more.
-- Dependencies: none
-- Rollback: drop the table.

-- @replaces 001_create_users and-more
CREATE TABLE IF NOT EXISTS again (id int PRIMARY KEY);

-- @rollback
DROP TABLE IF EXISTS again;
