-- Migration: Create the table a.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.a (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.a;
