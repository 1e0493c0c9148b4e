-- Migration: Create the orders.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS orders (id bigint);

-- @rollback
SELECT 1;
