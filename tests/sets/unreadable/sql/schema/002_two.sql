-- Migration: Something that can be read, too.
-- Dependencies: 001_one
-- Rollback: nothing is left of it in a test.

INSERT INTO one (id) VALUES (2);

-- @rollback
SELECT 1;
