-- Migration: Take half a second, and count how often this runs.
-- Dependencies: 001_create_counter
-- Rollback: count back.

-- @allow data-loss: it can be counted back
UPDATE counter SET n = n + 1;
SELECT pg_sleep(0.5);

-- @rollback
UPDATE counter SET n = n - 1;
