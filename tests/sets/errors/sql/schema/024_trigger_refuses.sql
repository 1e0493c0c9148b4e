-- Migration: A trigger that refuses a row.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE TABLE IF NOT EXISTS users (id int, email text);

CREATE OR REPLACE FUNCTION "Check e-mail"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.email IS NULL THEN
        RAISE not_null_violation USING MESSAGE = 'a user needs an address', TABLE = 'users', COLUMN = 'email';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER check_email BEFORE INSERT ON users
    FOR EACH ROW EXECUTE FUNCTION "Check e-mail"();

INSERT INTO users (id) VALUES (1);
