-- Migration: Mistype the rollback.
-- Dependencies: none
-- Rollback: drop it.

SELECT 1;

-- @rollback
DROP TABEL IF EXISTS shop.users;
