-- Migration: Create the table "create_users_2".
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop."create_users_2" (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop."create_users_2";
