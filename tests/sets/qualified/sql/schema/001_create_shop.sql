-- Migration: Create a shop, in words that no search_path can turn into others.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS shop;
CREATE TABLE IF NOT EXISTS shop.users (
    id bigint CONSTRAINT pk_users PRIMARY KEY,
    email pg_catalog.text NOT NULL,
    age smallint
);
INSERT INTO shop.users VALUES (1, 'ada@example.org', 36), (2, 'bob@example.org', NULL);

-- @verify
SELECT pg_catalog.to_regclass('shop.users') IS NOT NULL;

-- @rollback
DROP SCHEMA IF EXISTS shop CASCADE;
