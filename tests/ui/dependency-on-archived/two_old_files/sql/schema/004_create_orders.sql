-- Migration: Create the orders.
-- Dependencies: 001_create_users_stepwise, schema/002_create_games
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.orders (id bigint);

-- @rollback
SELECT 1;
