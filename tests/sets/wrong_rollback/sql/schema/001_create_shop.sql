-- Migration: Create the shop.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS shop;
CREATE TABLE IF NOT EXISTS shop.users (id int CONSTRAINT pk_users PRIMARY KEY, name text NOT NULL);

-- @rollback
DROP SCHEMA IF EXISTS shop CASCADE;
