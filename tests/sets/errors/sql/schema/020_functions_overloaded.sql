-- Migration: Two functions of one name, of which the server says by their types which one it was.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE OR REPLACE FUNCTION share(parts int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RETURN 1 / parts;
END
$$;
CREATE OR REPLACE FUNCTION share(parts text) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RETURN share(parts::int);
END
$$;

SELECT share('0');
