-- Migration: Create a sequence, which counts tries whatever becomes of them, and tables of what depends on their number.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS shop;
CREATE SEQUENCE IF NOT EXISTS shop.tries;
CREATE TABLE IF NOT EXISTS shop.contents (again boolean);
CREATE TABLE IF NOT EXISTS shop.numbers ();
CREATE TABLE IF NOT EXISTS shop.times (id int, at timestamptz);
CREATE OR REPLACE FUNCTION shop.counted(boolean) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('shop.tries');
    RETURN true;
END
$$;

-- @rollback
DROP SCHEMA IF EXISTS shop CASCADE;
