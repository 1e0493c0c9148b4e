-- Migration: Create the users, in a schema that is there already.
-- Dependencies: none
-- Rollback: drop the table.

CREATE TABLE IF NOT EXISTS shop.users (id bigint PRIMARY KEY, email text NOT NULL, age smallint);
INSERT INTO shop.users VALUES (1, 'ada@example.org', 36) ON CONFLICT DO NOTHING;

-- @verify
SELECT email = 'ada@example.org' FROM shop.users;

-- @rollback
DROP TABLE IF EXISTS shop.users;
