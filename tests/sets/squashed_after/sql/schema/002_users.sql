-- Migration: Create users with their mail addresses.
-- Dependencies: none
-- Rollback: drop the table.

-- @replaces 001_create_users 002_add_mail
CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY, mail text);

-- @rollback
DROP TABLE IF EXISTS users;
