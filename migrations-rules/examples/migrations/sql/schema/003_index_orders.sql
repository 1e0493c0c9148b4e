-- Migration: Find the orders of a day.
-- Dependencies: 002_create_shop
-- Rollback: drop the index.
-- @no-transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_day ON shop.orders (day);

-- @rollback
DROP INDEX IF EXISTS shop.orders_day;
