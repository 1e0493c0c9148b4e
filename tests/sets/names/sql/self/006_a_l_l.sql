-- Migration: Create the table "a_l_l".
-- Dependencies: none
-- Rollback: drop it.

CREATE TABLE IF NOT EXISTS shop."a_l_l" (id bigint);

-- @rollback
DROP TABLE IF EXISTS shop."a_l_l";
