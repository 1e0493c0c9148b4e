-- Migration: Create the schema of the shop.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS shop;

-- @rollback
DROP SCHEMA IF EXISTS shop;
