-- Migration: Try something.
-- Dependencies: none
-- Rollback: drop it.

SAVEPOINT before;
SELECT 1;
ROLLBACK TO SAVEPOINT before;

-- @rollback
BEGIN;
SELECT 1;
COMMIT;
