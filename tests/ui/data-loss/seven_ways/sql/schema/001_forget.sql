-- Migration: Forget what was.
-- Dependencies: none
-- Rollback: nothing comes back.

-- @backup shop.kept
DROP TABLE IF EXISTS shop.kept, shop.users;
DROP SCHEMA IF EXISTS old CASCADE;
ALTER TABLE shop.orders
    DROP COLUMN IF EXISTS note,
    ALTER COLUMN price TYPE numeric(6, 2);
TRUNCATE shop.baskets, ONLY shop."Lines";
DELETE FROM shop.visits;
UPDATE shop.people SET name = '';
ALTER TABLE shop.people ADD COLUMN IF NOT EXISTS nick text;
UPDATE shop.people SET nick = name;

-- @rollback
SELECT 1;
