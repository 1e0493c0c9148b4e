-- Migration: Take a while.
-- Dependencies: none
-- Rollback: nothing to undo.

SELECT pg_sleep(0.3);

-- @rollback
SELECT 1;
