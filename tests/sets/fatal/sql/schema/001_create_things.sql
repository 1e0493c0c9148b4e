-- Migration: Create a table.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS things (id int);

-- @rollback
DROP TABLE IF EXISTS things;
