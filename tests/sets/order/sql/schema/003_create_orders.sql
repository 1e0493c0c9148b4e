-- Migration: Create the table orders.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.orders (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.orders;
