-- Migration: A value that its type forbids.
-- Dependencies: none
-- Rollback: irreversible: it never comes about

CREATE SCHEMA IF NOT EXISTS shop;
CREATE DOMAIN shop.price AS numeric CONSTRAINT not_negative CHECK (VALUE >= 0);

SELECT (-1)::shop.price;
