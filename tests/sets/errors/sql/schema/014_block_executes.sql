-- Migration: A block that makes its statement itself.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

DO $$
BEGIN
    EXECUTE format('ALTER ROLE %I PASSWORD %L', 'nobody_of_this_name', reverse('terc3s'));
END
$$;
