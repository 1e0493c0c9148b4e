-- Migration: Create the table "a1".
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop."a1" (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop."a1";
