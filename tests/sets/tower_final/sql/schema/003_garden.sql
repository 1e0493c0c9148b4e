-- Migration: Plant the garden, which needs neither walls nor roof.
-- Dependencies: 001_ground
-- Rollback: drop both tables.

CREATE TABLE IF NOT EXISTS garden (id int PRIMARY KEY REFERENCES ground);
CREATE TABLE IF NOT EXISTS fence (id int PRIMARY KEY REFERENCES garden);

-- @rollback
DROP TABLE IF EXISTS fence;
DROP TABLE IF EXISTS garden;
