-- Migration: Create a table of 20,000 rows.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS shop;
CREATE TABLE IF NOT EXISTS shop.numbers (id bigint PRIMARY KEY, n integer NOT NULL);
INSERT INTO shop.numbers SELECT id, 0 FROM generate_series(1, 20000) AS id;

-- @rollback
DROP SCHEMA IF EXISTS shop CASCADE;
