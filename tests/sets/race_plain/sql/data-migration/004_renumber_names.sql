-- Migration: Number the names anew.
-- Dependencies: 003_create_names
-- Rollback: number them back.

-- @allow data-loss: it can be numbered back
UPDATE names SET id = id + 1000;

-- @rollback
UPDATE names SET id = id - 1000;
