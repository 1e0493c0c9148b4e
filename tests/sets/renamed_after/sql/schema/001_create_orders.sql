-- Migration: Create orders with their lines.
-- Dependencies: none
-- Rollback: drop the tables.

CREATE TABLE IF NOT EXISTS orders (id int);
CREATE TABLE IF NOT EXISTS lines (id int PRIMARY KEY);
INSERT INTO lines VALUES (1), (2), (3);

-- @rollback
DROP TABLE IF EXISTS lines;
DROP TABLE IF EXISTS orders;
