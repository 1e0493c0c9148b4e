-- Migration: Create the schema of the shop.
-- Dependencies: none
-- Rollback: drop the schema; nothing is in it yet.
-- @renamed-from 002_make_shop
-- @replaces 001_open_shop

CREATE SCHEMA IF NOT EXISTS shop;

-- @verify
SELECT to_regnamespace('shop') IS NOT NULL;

-- @rollback
DROP SCHEMA IF EXISTS shop;
