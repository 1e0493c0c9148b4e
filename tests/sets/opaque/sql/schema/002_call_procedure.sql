-- Migration: Call it.
-- Dependencies: 001_create_procedure
-- Rollback: empty the table.

-- @no-transaction
CALL call_me();

-- @rollback
DELETE FROM calls;
