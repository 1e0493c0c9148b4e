-- Migration: Create the users.
-- Dependencies: 001_create_shop
-- Rollback: drop the table; it is empty.

SET lock_timeout TO '1min';
SET LOCAL search_path TO shop;
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
PREPARE seen AS SELECT count(*) FROM users;

-- @rollback
DROP TABLE IF EXISTS shop.users;
