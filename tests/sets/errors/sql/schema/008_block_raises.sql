-- Migration: A block that raises an error.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

DO $$
DECLARE
    debts int := 3;
BEGIN
    IF debts > 0 THEN
        RAISE EXCEPTION '% debts are left', debts
            USING DETAIL = 'ada and bob owe them', HINT = 'settle them first';
    END IF;
END
$$;
