-- Migration: A column that the server cannot convert.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE TABLE IF NOT EXISTS things (id int);

ALTER TABLE things ALTER COLUMN id TYPE boolean;
