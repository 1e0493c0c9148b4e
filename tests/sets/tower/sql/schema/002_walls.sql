-- Migration: Build the walls.
-- Dependencies: 001_ground
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS walls (id int PRIMARY KEY REFERENCES ground);

-- @rollback
DROP TABLE IF EXISTS walls;
