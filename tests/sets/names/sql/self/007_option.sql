-- Migration: Create the table "option".
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop."option" (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop."option";
