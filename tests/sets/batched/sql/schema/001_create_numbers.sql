-- Migration: Create two tables of 300,000 rows each.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS shop;
CREATE TABLE IF NOT EXISTS shop.numbers (id bigint PRIMARY KEY, n integer NOT NULL);
CREATE TABLE IF NOT EXISTS shop.the_same (id bigint PRIMARY KEY, n integer NOT NULL);
INSERT INTO shop.numbers SELECT id, 0 FROM generate_series(1, 300000) AS id;
INSERT INTO shop.the_same SELECT id, n FROM shop.numbers;

-- @rollback
DROP SCHEMA IF EXISTS shop CASCADE;
