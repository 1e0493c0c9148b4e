-- Migration: A function with a mistake in its grammar.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE OR REPLACE FUNCTION check_debts() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RETRUN;
END
$$;
