-- Migration: Make a table, which a test may have made already.
-- Dependencies: none
-- Rollback: nothing is left of it in a test.

CREATE TABLE IF NOT EXISTS one (id int PRIMARY KEY);

-- @rollback
SELECT 1;
