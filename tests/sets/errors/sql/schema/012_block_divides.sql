-- Migration: A block with a statement that fails while it runs.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

DO $$
BEGIN
    CREATE TABLE IF NOT EXISTS shares AS
        SELECT 1 / n AS share FROM generate_series(0, 2) AS n;
END
$$;
