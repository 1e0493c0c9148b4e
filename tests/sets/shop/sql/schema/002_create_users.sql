-- Migration: Create the users of the shop.
-- Dependencies: 001_create_shop
-- Rollback: drop the table.

BEGIN;

CREATE TABLE IF NOT EXISTS shop.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL CONSTRAINT users_email_key UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);

COMMIT;

-- @verify
SELECT to_regclass('shop.users') IS NOT NULL;

-- @rollback
DROP TABLE IF EXISTS shop.users;
