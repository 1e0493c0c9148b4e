-- Migration: Create the shop.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS shop;
CREATE TABLE IF NOT EXISTS shop.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL CONSTRAINT users_email_key UNIQUE,
    name text
);
CREATE TABLE IF NOT EXISTS shop.steps (at bigint GENERATED ALWAYS AS IDENTITY, step text NOT NULL);
INSERT INTO shop.steps (step) VALUES ('body');

-- @verify
SELECT count(*) > 0 FROM shop.steps;

-- @rollback
DROP SCHEMA IF EXISTS shop CASCADE;
