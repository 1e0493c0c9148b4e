-- Migration: The last says how it is committed, too, and copies something first.
-- Dependencies: 005_five
-- Rollback: nothing is left of it in a test.

-- @backup public.one
DELETE FROM one WHERE id = 1;
DELETE FROM one WHERE id = 3;
INSERT INTO two (id, durability) VALUES (6, current_setting('synchronous_commit'));

-- @rollback
SELECT 1;
