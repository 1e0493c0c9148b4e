-- Migration: A block with a variable that cannot be made.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

DO $$
DECLARE
    share int := 1 / 0;
BEGIN
    PERFORM share;
END
$$;
