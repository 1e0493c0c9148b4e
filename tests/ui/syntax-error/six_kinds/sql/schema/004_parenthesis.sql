-- Migration: Forget a parenthesis.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop.users (
    id bigint,
    name text;

SELECT 1;

-- @rollback
SELECT 1;
