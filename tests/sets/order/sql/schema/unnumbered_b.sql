-- Migration: Create the table b.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.b (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.b;
