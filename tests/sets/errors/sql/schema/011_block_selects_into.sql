-- Migration: A block with a query whose INTO the server takes out.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

DO $$
DECLARE found int;
BEGIN
    SELECT 1 INTO STRICT found FROM nobody WHERE id = 1;
END
$$;
