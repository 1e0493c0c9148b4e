-- Migration: A function that raises an error when it is called.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE SCHEMA IF NOT EXISTS shop;

CREATE OR REPLACE FUNCTION shop.check_debts(most int) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    debts int := 3;
BEGIN
    IF debts > most THEN
        RAISE EXCEPTION '% debts are left', debts;
    END IF;
END
$body$;

SELECT shop.check_debts(1);
