-- Migration: Create the shop.
-- Dependencies: none
-- Rollback: drop it.

CREATE SCHEMA shop;
CREATE TABLE shop.users (id bigint);

-- @rollback
SELECT 1;
