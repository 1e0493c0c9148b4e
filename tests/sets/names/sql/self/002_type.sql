-- Migration: Create the table "type".
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop."type" (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop."type";
