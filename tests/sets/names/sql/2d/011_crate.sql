-- Migration: Create the table crate.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.crate (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop.crate;
