-- Migration: Create the users.
-- Dependencies: none
BEGIN;
CREATE TABLE IF NOT EXISTS shop.users (id bigint PRIMARY KEY) -- no semicolon
-- @verify
SELECT count(*) = 0 FROM shop.users /* ; /* ; */ */
  -- @rollback
DROP TABLE IF EXISTS shop.users; -- @rollback is no directive here
