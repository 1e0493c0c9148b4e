-- Migration: Create a table.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS things (id bigint);

-- @rollback
DROP TABLE IF EXISTS things;
