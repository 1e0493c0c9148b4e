-- Migration: Create a procedure that commits.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS calls (at timestamptz NOT NULL DEFAULT now());
CREATE OR REPLACE PROCEDURE call_me() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO calls DEFAULT VALUES;
    COMMIT;
    PERFORM pg_sleep(1);
END
$$;

-- @rollback
DROP PROCEDURE IF EXISTS call_me;
DROP TABLE IF EXISTS calls;
