-- Migration: Something that the server cannot read.
-- Dependencies: 002_two
-- Rollback: nothing is left of it in a test.
-- @allow syntax-error: on purpose

INSERT INTO one (id) VALUES (3);
INSERT INTO one (id) VALUE (3);

-- @rollback
SELECT 1;
