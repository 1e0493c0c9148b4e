-- Migration: Create the users
--   and their <names> [sic].
-- Dependencies: none
-- Rollback: drop the table.

BEGIN;
CREATE TABLE IF NOT EXISTS shop.users (id bigint);
COMMENT ON TABLE shop.users IS 'people; not machines';
COMMIT;

-- @verify
SELECT to_regclass('shop.users') IS NOT NULL;

-- @rollback
DROP TABLE IF EXISTS shop.users;
