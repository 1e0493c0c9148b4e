-- Migration: Create the schema of the shop.
-- Dependencies: none
-- Rollback: drop the schema; nothing outside it refers to it.

SELECT pg_catalog.set_config('search_path', '', false);
SET SESSION AUTHORIZATION shop_owner;

CREATE SCHEMA IF NOT EXISTS shop;

-- @rollback
SET ROLE shop_owner;
DROP SCHEMA IF EXISTS shop;
RESET ROLE;
