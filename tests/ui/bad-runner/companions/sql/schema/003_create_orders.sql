-- Migration: Create the orders.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS orders;

-- @rollback
DROP SCHEMA IF EXISTS orders;
