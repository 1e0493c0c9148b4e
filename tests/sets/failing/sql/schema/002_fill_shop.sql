-- Migration: Fill the shop, with a table that nobody made.
-- Dependencies: 001_create_shop
-- Rollback: drop what it has made.

BEGIN;

CREATE TABLE IF NOT EXISTS shop.größe (id int PRIMARY KEY);
INSERT INTO shop.größe (id) VALUES (1);

-- The caret must stand under the name, behind letters of more than one byte.
INSERT INTO shop.größe (id) SELECT length('äöü') FROM shop.nobody;

COMMIT;

-- @rollback
DROP TABLE IF EXISTS shop.größe;
