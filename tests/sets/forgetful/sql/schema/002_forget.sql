-- Migration: Take out of the ledger what has just been entered.
-- Dependencies: 001_create_things
-- Rollback: nothing is left of it in a test.

-- @allow data-loss: on purpose
DELETE FROM migrations.history;
-- @allow data-loss: on purpose
DELETE FROM migrations.journal;

-- @rollback
SELECT 1;
