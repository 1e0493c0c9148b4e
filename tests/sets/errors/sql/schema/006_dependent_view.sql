-- Migration: A table that a view needs.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE TABLE IF NOT EXISTS users (id int);
CREATE OR REPLACE VIEW ids AS SELECT id FROM users;

DROP TABLE IF EXISTS users;
