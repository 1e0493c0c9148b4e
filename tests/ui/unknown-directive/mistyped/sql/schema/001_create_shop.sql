-- Migration: Create the shop.
-- Dependencies: none
-- Rollback: drop it.

-- @no-transacton
-- @todo later
-- @allow not-idempotent
-- @allow not-idempotant: the schema is new
-- @allow dependency-cycle: it works
-- @renamed-from 012 Old Name
CREATE SCHEMA IF NOT EXISTS shop;

-- @verify now
SELECT true;

-- @rollback
SELECT 2;

-- @rollback
SELECT 1;
