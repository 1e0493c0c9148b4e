-- Migration: A block with a condition that does not hold.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE TABLE IF NOT EXISTS users (id int);

DO $$
BEGIN
    ASSERT (SELECT count(*) FROM users) > 0, 'there are no users';
END
$$;
