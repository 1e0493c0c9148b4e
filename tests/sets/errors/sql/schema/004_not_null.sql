-- Migration: A column without values that becomes NOT NULL.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE TABLE IF NOT EXISTS users AS SELECT 1 AS id, NULL::text AS email;

ALTER TABLE users ALTER COLUMN email SET NOT NULL;
