-- Migration: Reclaim the space.
-- Dependencies: none
-- Rollback: irreversible: there is nothing to undo
-- @no-transaction

VACUUM;
