-- Migration: Create something.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS things (id int PRIMARY KEY);

-- @rollback
DROP TABLE IF EXISTS things;
