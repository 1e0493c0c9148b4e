-- Migration: Create the shop with rows of every kind.
-- Dependencies: none
-- Rollback: drop the schema.

CREATE SCHEMA IF NOT EXISTS shop;
CREATE TYPE shop.colour AS ENUM ('red', 'green');
CREATE TABLE IF NOT EXISTS shop.users (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_users PRIMARY KEY,
    email text COLLATE "C" NOT NULL CONSTRAINT uq_users_email UNIQUE,
    age smallint CONSTRAINT ck_users_age CHECK (age >= 0),
    initial text GENERATED ALWAYS AS (left(email, 1)) STORED,
    colour shop.colour DEFAULT 'red',
    tags text[] NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS shop.orders (
    id serial CONSTRAINT pk_orders PRIMARY KEY,
    user_id bigint NOT NULL CONSTRAINT fk_orders_user REFERENCES shop.users ON DELETE CASCADE,
    "Odd name" numeric(10, 2)
);
COMMENT ON TABLE shop.orders IS 'What users have bought; it''s theirs';
COMMENT ON COLUMN shop.orders."Odd name" IS 'The price';
INSERT INTO shop.users (email, age, tags)
SELECT 'user' || i || '@example.org', i % 90, ARRAY['a', NULL, '{"}'] FROM generate_series(1, 1000) AS i;
INSERT INTO shop.orders (user_id, "Odd name") SELECT i, i * 1.5 FROM generate_series(1, 1000) AS i;
CREATE INDEX IF NOT EXISTS ix_orders_user ON shop.orders (user_id) WHERE user_id > 0;
CREATE TABLE IF NOT EXISTS shop.lines (word text);
INSERT INTO shop.lines VALUES ('no'), ('key'), ('key'), (NULL);

-- @rollback
DROP SCHEMA IF EXISTS shop CASCADE;
