-- Migration: Put the roof on.
-- Dependencies: 002_walls
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS roof (id int PRIMARY KEY REFERENCES walls);

-- @rollback
DROP TABLE IF EXISTS roof;
