-- Migration: Crée le magasin.
-- Dependencies: none
-- Rollback: drop it.

CREATE SCHEMA IF NOT EXISTS shop;

-- @rollback
SELECT 1;
