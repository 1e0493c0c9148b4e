-- Migration: Create the totals.
-- Dependencies: none
-- Rollback: drop it.

CREATE OR REPLACE VIEW totals AS SELECT 1 AS one;

-- @rollback
SELECT 1;
