-- Migration: Several statements behind it.
-- Dependencies: 003_three
-- Rollback: nothing is left of it in a test.

INSERT INTO one (id) VALUES (4);
SELECT pg_sleep(0.05);

-- @rollback
SELECT 1;
