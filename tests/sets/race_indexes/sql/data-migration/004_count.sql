-- Migration: Count how often this runs.
-- Dependencies: 003_index_things
-- Rollback: count back.

-- @allow data-loss: it can be counted back
UPDATE counter SET n = n + 1;

-- @rollback
UPDATE counter SET n = n - 1;
