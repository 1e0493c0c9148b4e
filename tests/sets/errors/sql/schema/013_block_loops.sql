-- Migration: A block with a loop over a table that is not there.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

DO $$
DECLARE
    each record;
BEGIN
    FOR each IN
        SELECT id FROM nobody
    LOOP
        PERFORM each.id;
    END LOOP;
END
$$;
