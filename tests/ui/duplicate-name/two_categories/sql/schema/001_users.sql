-- Migration: Create the users.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS users (id bigint);

-- @rollback
SELECT 1;
