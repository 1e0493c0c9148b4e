-- Migration: Create what the runners work on.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS store;
CREATE TABLE IF NOT EXISTS store.things (id bigint PRIMARY KEY, name text NOT NULL, weight int);
CREATE TABLE IF NOT EXISTS store.debts (id smallint PRIMARY KEY, seen bigint NOT NULL DEFAULT 0);
CREATE SEQUENCE IF NOT EXISTS store.attempts;
CREATE TABLE IF NOT EXISTS store.nothing (id integer PRIMARY KEY);

-- @rollback
DROP SCHEMA IF EXISTS store CASCADE;
