-- Migration: Create what the next migration works on.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS things (id int, name text);
CREATE INDEX IF NOT EXISTS ix_things_id ON things (id);
CREATE TABLE IF NOT EXISTS orders (year int) PARTITION BY LIST (year);
CREATE TABLE IF NOT EXISTS orders_2019 PARTITION OF orders FOR VALUES IN (2019);
CREATE TYPE colour AS ENUM ('red');

-- @rollback
DROP TABLE IF EXISTS things, orders, orders_2019;
DROP TYPE IF EXISTS colour;
