-- Migration: Create a counter.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS counter (n integer NOT NULL);
INSERT INTO counter VALUES (0);

-- @rollback
DROP TABLE IF EXISTS counter;
