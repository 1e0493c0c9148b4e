-- Migration: Create the table "some".
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop."some" (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop."some";
