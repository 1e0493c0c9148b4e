-- Migration: Create the avatars.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS avatars (id bigint);

-- @rollback
SELECT 1;
