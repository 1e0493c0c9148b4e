-- Migration: Lay the ground.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS ground (id int PRIMARY KEY);

-- @rollback
DROP TABLE IF EXISTS ground;
