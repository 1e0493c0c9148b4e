-- Migration: Vacuum.
-- Dependencies: none
-- Rollback: drop it.

-- @no-transaction

BEGIN;
VACUUM;
COMMIT;

-- @rollback
SELECT 1;
