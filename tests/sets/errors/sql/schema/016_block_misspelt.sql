-- Migration: A block with a mistake in its grammar.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

DO $$
BEGIN
    IF true THEN
        PERFORM 1;
    ENDIF;
END
$$;
