-- Migration: Rest for a moment, and count how often.
-- Dependencies: 001_create_things
-- Rollback: forget it.

INSERT INTO runs VALUES ('002_rest');
SELECT pg_sleep(0.8);

-- @rollback
DELETE FROM runs WHERE migration = '002_rest';
