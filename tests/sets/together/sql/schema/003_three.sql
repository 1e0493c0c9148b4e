-- Migration: One statement, which a test can make fail.
-- Dependencies: 002_two
-- Rollback: nothing is left of it in a test.

INSERT INTO one (id) VALUES (3);

-- @rollback
SELECT 1;
