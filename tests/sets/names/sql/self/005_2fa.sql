-- Migration: Create the table "2fa".
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop."2fa" (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop."2fa";
