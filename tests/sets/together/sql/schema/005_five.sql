-- Migration: One statement, which says how it is committed, too.
-- Dependencies: 004_four
-- Rollback: nothing is left of it in a test.

INSERT INTO two (id, durability) VALUES (5, current_setting('synchronous_commit'));

-- @rollback
SELECT 1;
