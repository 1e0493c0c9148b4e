-- Migration: Leave a comma.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.users (
    id bigint PRIMARY KEY,
    name text NOT NULL,
);

-- @rollback
SELECT 1;
