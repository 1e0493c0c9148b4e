-- Migration: Create the table fill.
-- Dependencies: schema/001_create_users
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.fill (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.fill;
