-- Migration: Stop in the middle of a file that runs without a transaction.
-- Dependencies: none
-- Rollback: drop the table.

-- @no-transaction
CREATE TABLE IF NOT EXISTS steps_done (at timestamptz NOT NULL DEFAULT now());
INSERT INTO steps_done DEFAULT VALUES;
VACUUM steps_missing;
INSERT INTO steps_done DEFAULT VALUES;

-- @rollback
DROP TABLE IF EXISTS steps_done;
