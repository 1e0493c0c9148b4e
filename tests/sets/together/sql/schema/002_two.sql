-- Migration: Several statements, the last of which says how it is committed.
-- Dependencies: 001_one
-- Rollback: nothing is left of it in a test.

CREATE TABLE IF NOT EXISTS two (id int PRIMARY KEY, durability text NOT NULL);
INSERT INTO one (id) VALUES (1);
INSERT INTO two (id, durability) VALUES (2, current_setting('synchronous_commit'));

-- @rollback
SELECT 1;
