-- Migration: Create the orders.
-- Dependencies: 001_create_shop
-- Dependencies: 002_create_users
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS shop.orders (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.orders;
