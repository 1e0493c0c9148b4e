-- Migration: Create users and orders.
-- Dependencies: none
-- Rollback: drop the table.

-- @replaces 001_create_user 002_create_orders
-- @replaces 001_create_users
CREATE TABLE IF NOT EXISTS shop (id int PRIMARY KEY);

-- @rollback
DROP TABLE IF EXISTS shop;
