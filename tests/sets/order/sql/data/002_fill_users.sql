-- Migration: Create the table fill_users.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.fill_users (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.fill_users;
