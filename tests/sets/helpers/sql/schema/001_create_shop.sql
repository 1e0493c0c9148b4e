-- Migration: Create a shop with some rows.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS shop;
CREATE TABLE IF NOT EXISTS shop.users (id bigint CONSTRAINT pk_users PRIMARY KEY, email pg_catalog.text NOT NULL);
INSERT INTO shop.users VALUES (1, 'ada@example.org'), (2, 'bob@example.org'), (3, 'eve@example.org');

-- @rollback
DROP SCHEMA IF EXISTS shop CASCADE;
