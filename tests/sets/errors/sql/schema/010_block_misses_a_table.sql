-- Migration: A block with a statement about a table that is not there.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

DO $$
BEGIN
    PERFORM 1;
    INSERT INTO log
        SELECT 'größe', id FROM shop.nobody;
END
$$;
