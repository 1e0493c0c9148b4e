-- Migration: Create the table needs_orders.
-- Dependencies: schema/003_create_orders
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.needs_orders (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.needs_orders;
