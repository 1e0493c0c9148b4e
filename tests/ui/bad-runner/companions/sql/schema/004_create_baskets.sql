-- Migration: Create the baskets.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS baskets;

-- @rollback
DROP SCHEMA IF EXISTS baskets;
