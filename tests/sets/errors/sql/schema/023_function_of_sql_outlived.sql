-- Migration: A function in SQL whose table is gone when it is called.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE TABLE IF NOT EXISTS users (id int);
CREATE OR REPLACE FUNCTION count_users() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT count(*)
    FROM users
$$;
DROP TABLE IF EXISTS users;

SELECT count_users();
