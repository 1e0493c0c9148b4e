-- Migration: Create the users of the shop.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS shop.users (
    id bigint PRIMARY KEY,
    name text NOT NULL
);

-- @rollback
DROP TABLE IF EXISTS shop.users;
