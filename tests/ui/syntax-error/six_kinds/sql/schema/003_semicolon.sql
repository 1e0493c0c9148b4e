-- Migration: Forget a semicolon.
-- Dependencies: none
-- Rollback: drop it.

CREATE SCHEMA IF NOT EXISTS shop

CREATE TABLE IF NOT EXISTS shop.users (id bigint);

-- @rollback
SELECT 1;
