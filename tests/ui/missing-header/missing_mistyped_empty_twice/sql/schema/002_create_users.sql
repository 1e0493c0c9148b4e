-- Migration: Create the users.
-- Depends: 001_create_shop
-- Rollback:

CREATE TABLE IF NOT EXISTS shop.users (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.users;
