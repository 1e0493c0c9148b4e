-- Migration: Create the users.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS shop.users (id bigint);

-- @rollback
-- later
