-- Migration: Count how often this runs.
-- Dependencies: 001_create_counter
-- Rollback: count back.

-- @allow data-loss: it can be counted back
UPDATE counter SET n = n + 1;

-- @verify
SELECT n = 1 FROM counter;

-- @rollback
UPDATE counter SET n = n - 1;
