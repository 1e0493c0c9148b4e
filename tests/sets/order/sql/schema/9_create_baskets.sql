-- Migration: Create the table baskets.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.baskets (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.baskets;
