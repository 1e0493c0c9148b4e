-- Migration: Fail twice for a reason that passes.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS runs (at timestamptz NOT NULL DEFAULT now());
INSERT INTO runs DEFAULT VALUES;
DO $$
BEGIN
    IF nextval('attempts') < 3 THEN
        RAISE EXCEPTION 'not now' USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;

-- @rollback
DROP TABLE IF EXISTS runs;
