-- Migration: Create the orders.
-- Dependencies: data/001_create_shop, 004_create_users
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.orders (id bigint);

-- @rollback
SELECT 1;
