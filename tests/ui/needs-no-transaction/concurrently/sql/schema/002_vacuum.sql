-- Migration: Give back the space.
-- Dependencies: none
-- Rollback: drop it.

VACUUM (FULL) shop.users;

-- @rollback
SELECT 1;
