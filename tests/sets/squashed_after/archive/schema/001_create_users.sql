-- Migration: Create users.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY);

-- @rollback
DROP TABLE IF EXISTS users;
