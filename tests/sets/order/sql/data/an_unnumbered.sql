-- Migration: Create the table c.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.c (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.c;
