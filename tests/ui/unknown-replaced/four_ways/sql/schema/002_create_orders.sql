-- Migration: Create orders.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY);

-- @rollback
DROP TABLE IF EXISTS orders;
