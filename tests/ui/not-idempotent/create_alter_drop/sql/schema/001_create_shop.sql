-- Migration: Create the shop.
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE shop.users (
    id bigint PRIMARY KEY
);
ALTER TABLE shop.users
    ADD COLUMN name text,
    DROP COLUMN age;
create index on shop.users (name);
DROP VIEW shop.totals;
CREATE FUNCTION shop.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER touched BEFORE UPDATE ON shop.users FOR EACH ROW EXECUTE FUNCTION shop.touch();

-- @rollback
SELECT 1;
