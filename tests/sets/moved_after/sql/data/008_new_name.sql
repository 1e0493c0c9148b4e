-- Migration: Create another table.
-- Dependencies: 007_create_things
-- Rollback: drop the table.

CREATE TABLE others (id int);

-- @renamed-from 002_old_name
-- @allow not-idempotent: a second run of it must fail, so that this test notices one

-- @rollback
DROP TABLE IF EXISTS others;
