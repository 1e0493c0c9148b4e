-- Migration: Create the table super.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.super (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.super;
