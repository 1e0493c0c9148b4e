-- Migration: Create the café.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.café (
    id bigint,
    name text DEFAULT 'été'
);

-- @rollback
DROP TABLE IF EXISTS shop.café;
