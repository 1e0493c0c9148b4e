-- Migration: Create the table totals.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.totals (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.totals;
