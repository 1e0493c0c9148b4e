-- Migration: A table that is not there.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE TABLE IF NOT EXISTS größe (id int);

INSERT INTO größe (id) SELECT length('äöü') FROM shop.nobody;
