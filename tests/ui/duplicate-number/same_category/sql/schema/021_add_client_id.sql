-- Migration: Add the client.
-- Dependencies: none
-- Rollback: drop it.

ALTER TABLE files ADD COLUMN IF NOT EXISTS client_id bigint;

-- @rollback
SELECT 1;
