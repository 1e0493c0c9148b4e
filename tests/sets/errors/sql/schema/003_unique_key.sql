-- Migration: A key that is there twice.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE SCHEMA IF NOT EXISTS shop;
CREATE TABLE IF NOT EXISTS shop.users (id int, email text CONSTRAINT users_email_key UNIQUE);

INSERT INTO shop.users VALUES (1, 'ada@example.org');
INSERT INTO shop.users VALUES (2, 'ada@example.org');
