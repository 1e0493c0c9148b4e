-- Migration: Create the games.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS games (id bigint);

-- @rollback
SELECT 1;
