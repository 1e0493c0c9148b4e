-- Migration: Add the client.
-- Dependencies: none
-- Rollback: drop it.

ALTER TABLE shop.users ADD COLUMN IF NOT EXISTS client_id bigint;

-- @rollback
SELECT 1;
