-- Migration: Create the shop.
-- Dependencies: none
-- Rollback: drop it.

-- @no-transaction

CREATE SCHEMA IF NOT EXISTS shop;

-- @rollback
SELECT 1;
