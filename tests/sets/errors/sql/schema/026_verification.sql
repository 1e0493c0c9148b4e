-- Migration: A verification that does not hold.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE TABLE IF NOT EXISTS things AS SELECT 3 AS id;

-- @verify
SELECT id, id < 3 AS small FROM things;
