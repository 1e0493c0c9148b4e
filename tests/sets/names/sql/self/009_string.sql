-- Migration: Create the table "string".
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop."string" (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop."string";
