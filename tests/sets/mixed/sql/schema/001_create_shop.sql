-- Migration: Create the users, and a table of what was done.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS shop;
CREATE TABLE IF NOT EXISTS shop.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS shop.steps (at bigint GENERATED ALWAYS AS IDENTITY, step text NOT NULL);

-- @verify
SELECT to_regclass('shop.users') IS NOT NULL;

-- @rollback
DROP SCHEMA IF EXISTS shop CASCADE;
