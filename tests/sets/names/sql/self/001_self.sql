-- Migration: Create the table "self".
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop."self" (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop."self";
