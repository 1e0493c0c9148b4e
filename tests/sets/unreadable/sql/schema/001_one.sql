-- Migration: Something that can be read.
-- Dependencies: none
-- Rollback: nothing is left of it in a test.

CREATE TABLE IF NOT EXISTS one (id int PRIMARY KEY);

-- @rollback
SELECT 1;
