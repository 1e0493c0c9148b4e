-- Migration: Take a while again, and count how often.
-- Dependencies: 001_slow
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS runs (at timestamptz NOT NULL DEFAULT now());
INSERT INTO runs DEFAULT VALUES;
SELECT pg_sleep(0.2);

-- @rollback
DROP TABLE IF EXISTS runs;
