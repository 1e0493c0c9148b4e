-- Migration: Create the table users.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.users (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.users;
