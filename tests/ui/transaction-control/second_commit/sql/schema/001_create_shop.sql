-- Migration: Commit twice.
-- Dependencies: none
-- Rollback: drop it.

BEGIN;
CREATE SCHEMA IF NOT EXISTS shop;
COMMIT;
CREATE SCHEMA IF NOT EXISTS games;
COMMIT;

-- @rollback
SELECT 1;
