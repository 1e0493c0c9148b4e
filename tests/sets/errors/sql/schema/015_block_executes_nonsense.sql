-- Migration: A block that makes a statement about a table that is not there.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

DO $$
BEGIN
    EXECUTE format('INSERT INTO %I (word) VALUES (%L)', 'no' || 'body', reverse('terc3s'));
END
$$;
