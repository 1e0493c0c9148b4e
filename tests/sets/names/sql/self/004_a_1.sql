-- Migration: Create the table "a_1".
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop."a_1" (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop."a_1";
