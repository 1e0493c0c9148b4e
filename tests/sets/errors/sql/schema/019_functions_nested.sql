-- Migration: A function that calls another one, which fails.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE OR REPLACE FUNCTION share(parts int) RETURNS int LANGUAGE plpgsql AS '
BEGIN
    RETURN 1 / parts;
END
';

CREATE OR REPLACE FUNCTION shares() RETURNS int LANGUAGE plpgsql AS $$
DECLARE sum int := 0;
BEGIN
    FOR parts IN REVERSE 1..0 LOOP
        sum := sum + share(parts);
    END LOOP;
    RETURN sum;
END
$$;

DO $$
BEGIN
    PERFORM shares();
END
$$;
