-- Migration: Create the shop as it was first meant.
-- Dependencies: none
-- Rollback: drop the schema.
-- Superseded-by: 002_create_shop

CREATE SCHEMA store;
