-- Migration: A procedure that calls itself too often.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE OR REPLACE PROCEDURE go_on(n int) LANGUAGE plpgsql AS $$
BEGIN
    IF n = 0 THEN
        RAISE EXCEPTION 'there is no end' USING ERRCODE = 'MY001';
    END IF;
    CALL go_on(n - 1);
END
$$;

CALL go_on(12);
